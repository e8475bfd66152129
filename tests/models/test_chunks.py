from reports.models.chunks import in_chunks


def test_every_value_comes_once_and_in_order() -> None:
    assert list(in_chunks(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]


def test_nothing_makes_no_chunk() -> None:
    assert list(in_chunks([])) == []

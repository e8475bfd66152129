"""One writer, whichever thread or process; a dead one holds nothing."""

import multiprocessing
import os
import signal
import threading
import time

import pytest

from reports.search.contract.errors import IndexBusy
from reports.search.engines.whoosh.directory.locks import file_lock, is_held


def test_a_second_thread_is_refused_and_the_first_may_enter_again(tmp_path):
    path = tmp_path / "lock"
    refused = []

    def try_it():
        try:
            with file_lock(path):
                pass
        except IndexBusy:
            refused.append(True)

    with file_lock(path), file_lock(path):
        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
        assert is_held(path)
    assert refused == [True]
    assert not is_held(path)


def test_the_lock_is_free_after_an_error(tmp_path):
    path = tmp_path / "lock"
    with pytest.raises(ZeroDivisionError), file_lock(path):
        1 / 0  # noqa: B018
    with file_lock(path):
        pass


def test_waiting_gets_the_lock_once_it_is_free(tmp_path):
    path = tmp_path / "lock"
    held = threading.Event()

    def hold():
        with file_lock(path):
            held.set()
            time.sleep(0.2)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    with file_lock(path, timeout=5):
        pass
    thread.join()


def _hold_for_ever(path, ready):
    with file_lock(path):
        # A child of the holder: it must not keep the lock when the holder dies.
        if os.fork() == 0:
            time.sleep(5)
            os._exit(0)
        ready.set()
        time.sleep(60)


def test_a_killed_process_frees_the_lock_even_if_its_child_lives_on(tmp_path):
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    process = context.Process(target=_hold_for_ever, args=(tmp_path / "lock", ready))
    process.start()
    assert ready.wait(10)
    with pytest.raises(IndexBusy), file_lock(tmp_path / "lock"):
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    with file_lock(tmp_path / "lock", timeout=2):
        pass

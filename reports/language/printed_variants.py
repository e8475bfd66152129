"""Characters that print one sign in several ways: each becomes one form, independent of its neighbours.

A reader does not tell 二○二三年 from 二〇二三年, or 3—6公里 from 3－6公里. As in ``variants`` one character
becomes one, so that marks stay on the printed character and a part of a text stays contained in the whole.
Therefore the table does not ask whether a dash stands between figures: all dashes are one. The full stop of
full width is not in the table, because it is an interpunct in names and a decimal point in figures.
"""

from __future__ import annotations

# The form that remains, and the forms that become it. What NFKC already unifies (－ ～ ･ ＇) is left out.
_FORMS = {
    "零": "〇○◯",  # GB 2312 has no 〇; old pages print a circle
    "-": "‐‒–—―−~〜∼",  # hyphen, dashes, minus, swung dashes: 3—6公里, 3～6公里
    "·": "•‧・∙⋅",  # 阿卜杜拉•买买提
    "'": "‘’‛ʼ",
}

PRINTED_VARIANTS = str.maketrans({variant: form for form, variants in _FORMS.items() for variant in variants})

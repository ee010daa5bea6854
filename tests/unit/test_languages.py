from __future__ import annotations

import pytest

from cases import languages


@pytest.mark.parametrize(
    ("code", "name"), [("en", "English"), ("pl", "Polish"), ("pt-BR", "Brazilian Portuguese"), ("so-XX", "Somali"), ("qqx", "qqx")]
)
def test_a_code_has_its_english_name(code, name):
    assert languages.name(code) == name


@pytest.mark.parametrize(
    ("written", "code"),
    [("ar", "ar"), ("Polish", "pl"), ("brazilian portuguese", "pt-BR"), ("bfi", "bfi"), ("what they speak at home", None), ("x", None)],
)
def test_a_language_is_written_as_a_code_or_by_its_name(written, code):
    assert languages.code(written) == code

"""Values that a damaged or foreign journal may hold."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["done", "failed", "images", "x", "\x1b[31m", "\ud800", "2026-11-23T10:12:00Z"]
    ),
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.just(10**400), TEXTS)
# Sentences too: their keys mark a sentence.
KEYS = st.one_of(
    st.sampled_from(["text", "params", "name", "done", "total", "argv", "summary"]), TEXTS
)
# A value of every kind, and those that have broken something: drawn at once, because an event has many values.
ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2.5, float("nan"), float("inf"), 10**400, "", "x", "done", "\x1b[31m", "\ud800",
    [], {}, [None], [[]], [{}], {"": None}, {"name": 1}, {"text": None}, {"text": "plain"}, {"text": "{"},
    {"text": "a {b}"}, {"text": "{b.c}", "params": {"b": 1}}, {"text": "{b:>9}", "params": {"b": "\x1b[31m"}},
    {"text": "a {b}", "params": {"b": {"text": "{c}", "params": {"c": [10**400]}}}}, {"text": "a", "params": 3},
    {"argv": "x"}, {"argv": [None, 3]}, {"done": "x", "total": -1}, {"summary": {"text": ["a"]}},
)  # fmt: skip
NESTED = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(KEYS, inner, max_size=4),
        st.fixed_dictionaries(
            {"text": st.sampled_from(["a {b}", "{b.c}", "{", "plain", "{b:>9}"])},
            optional={"params": st.dictionaries(st.sampled_from(["b", "c"]), inner)},
        ),
    ),
    max_leaves=8,
)
JSON: st.SearchStrategy[Any] = st.integers(0, 5).flatmap(
    lambda n: NESTED if n == 5 else st.sampled_from(ODD)
)
KINDS = (
    "run-started",
    "step-started",
    "change-started",
    "child-started",
    "progress",
    "waiting",
    "state",
    "change-ended",
    "step-verifying",
    "step-ended",
    "run-ended",
    "later-invention",
)
STEPS = ("packages", "images", "kubeadm_init")
PARTS = st.lists(
    st.one_of(
        JSON,
        st.fixed_dictionaries(
            {"name": st.sampled_from(["a/b:1", "a/c:1"])},
            optional={"done": st.integers(0, 9), "total": st.integers(0, 9) | st.none()},
        ),
    ),
    max_size=3,
)
# Events with some valid keys and any value in others.
EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "version": st.sampled_from([1, 2]) | JSON,
        "t": st.datetimes().map(lambda t: t.isoformat()) | JSON,
        "kind": st.sampled_from(KINDS) | JSON,
        "step": st.sampled_from(STEPS) | JSON,
        "steps": st.just(list(STEPS)) | JSON,
        "n": st.integers(0, 3) | JSON,
        "outcome": st.sampled_from(["done", "nothing to do", "failed", "stopped"]) | JSON,
        "change": st.fixed_dictionaries({"argv": st.just(["crictl", "pull", "a/b:1"])}) | JSON,
        "code": st.integers(-1, 2) | JSON,
        "parts": PARTS | JSON,
        "rows": st.lists(JSON, max_size=3) | JSON,
        **{
            key: st.integers(0, 100) | JSON
            for key in ("done", "total", "rate", "still", "seconds", "pid", "start")
        },
        **{
            key: JSON
            for key in ("run", "by", "program", "what", "error", "cure", "tail", "reason", "cause")
        },
    },
)

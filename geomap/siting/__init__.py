"""Studies of where the next site should stand: inputs read, the question put, the answer told."""

__all__ = [
    "answer_files",
    "answer_json",
    "changes",
    "input_files",
    "inputs",
    "narrative",
    "places",
    "setting_labels",
    "settings",
    "study",
    "uploaded",
]

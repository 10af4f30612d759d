package dev.reins.contracts;

/** What a person, or Temporal's own door, can ask of a run. */
public enum Verb implements Wire {
    PAUSE,
    RESUME,
    CANCEL,
    TERMINATE,
    RESET,
    RESOLVE,
    UNKNOWN
}

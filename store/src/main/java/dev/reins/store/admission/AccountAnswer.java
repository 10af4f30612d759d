package dev.reins.store.admission;

/** The answer to an {@link AccountCall}. */
public sealed interface AccountAnswer permits Admission, Recording {}

package dev.reins.contracts;

/** What an API key may do. */
public enum Role implements Wire {
    USER,
    ADMIN
}

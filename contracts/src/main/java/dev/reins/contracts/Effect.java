package dev.reins.contracts;

/** What a tool call may change, from nothing to the world outside the tenant. */
public enum Effect implements Wire {
    READ,
    WRITE,
    EXTERNAL_SEND
}

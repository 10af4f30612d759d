package dev.reins.contracts;

/** What a running run waits for. */
public enum WaitingFor implements Wire {
    RATE_LIMIT,
    APPROVAL,
    ANSWER,
    SUB_AGENT,
    PROVIDER_LIMIT,
    CIRCUIT_BREAKER,
    WORKER
}

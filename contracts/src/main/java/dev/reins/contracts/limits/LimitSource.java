package dev.reins.contracts.limits;

import dev.reins.contracts.Wire;

/** Which layer a limit came from, from the widest scope to the narrowest; ADMIN is an extension beyond the tier's cap. */
public enum LimitSource implements Wire {
    SYSTEM,
    TIER,
    DEFINITION,
    RUN,
    ADMIN
}

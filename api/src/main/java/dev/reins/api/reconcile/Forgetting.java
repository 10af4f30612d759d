package dev.reins.api.reconcile;

import dev.reins.store.access.Idempotency;
import dev.reins.store.admission.Admissions;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** Lets tables forget, once a minute, what nobody needs any more. For one thread. */
@Component
final class Forgetting {
    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final Admissions admissions;
    private final Idempotency idempotency;
    private Instant next = Instant.EPOCH;

    Forgetting(Admissions admissions, Idempotency idempotency) {
        this.admissions = admissions;
        this.idempotency = idempotency;
    }

    /** Some keys at each call while there are many. */
    void forget() {
        Instant now = Instant.now();
        if (now.isAfter(next) && idempotency.purge() < Idempotency.PURGED_AT_ONCE) {
            admissions.forgetOld();
            next = now.plus(PAUSE);
        }
    }
}

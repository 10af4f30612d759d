package dev.reins.api.dependency;

import dev.reins.api.ApiSettings;
import dev.reins.store.DatabaseOutage;
import dev.reins.store.access.ApiKeys;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** The admin key that the environment names, so that a fresh installation has one. Thread-safe. */
@Component
final class BootstrapKey {
    private static final Logger LOG = LoggerFactory.getLogger("dev.reins.api");
    private static final int SHORTEST = 32;

    private final String secret;
    private final ApiKeys keys;
    private final AtomicBoolean ensured = new AtomicBoolean();

    /** @throws CannotStart a secret so short that it could be guessed, or be known by the prefix that is shown */
    BootstrapKey(ApiSettings settings, ApiKeys keys) {
        this.secret = settings.adminKey();
        this.keys = keys;
        if (!secret.isEmpty() && secret.length() < SHORTEST) {
            throw new CannotStart("REINS_ADMIN_KEY has " + secret.length() + " characters: give it at least " + SHORTEST
                    + " random ones, or none");
        }
    }

    /**
     * A key that was revoked stays so: the api is of use with others.
     *
     * @return whether that is seen to; false while PostgreSQL is away
     */
    boolean ensure() {
        if (ensured.get() || secret.isEmpty()) {
            return true;
        }
        try {
            keys.ensureAdmin(secret).ifPresent(fault -> LOG.error("REINS_ADMIN_KEY opens nothing: {}", fault));
            ensured.set(true);
            return true;
        } catch (DataAccessException | TransactionException failure) {
            if (DatabaseOutage.isUnusable(failure)) {
                return false;
            }
            throw failure;
        }
    }
}

package dev.reins.api.dependency;

import dev.reins.api.ApiSettings;
import dev.reins.contracts.Role;
import dev.reins.store.access.ApiKeys;
import org.springframework.stereotype.Component;

/** The admin key that the environment names, so that a fresh installation has one. */
@Component
final class BootstrapKey {
    private final ApiSettings settings;
    private final ApiKeys keys;

    BootstrapKey(ApiSettings settings, ApiKeys keys) {
        this.settings = settings;
        this.keys = keys;
    }

    void ensure() {
        if (!settings.adminKey().isEmpty()) {
            keys.ensure(settings.adminKey(), Role.ADMIN, null, null);
        }
    }
}

package dev.reins.api;

import dev.reins.store.DatabaseUrl;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What the environment says.
 *
 * @param adminKey a bootstrap admin key, made sure of at start; empty: none
 * @param requestsPerMinute per API key, as it was given
 */
@ConfigurationProperties("reins")
public record ApiSettings(
        String temporalAddress,
        String temporalNamespace,
        String databaseUrl,
        String adminKey,
        String requestsPerMinute) {

    public DatabaseUrl database() {
        return DatabaseUrl.parse(databaseUrl);
    }

    @Override
    public String toString() {
        return "ApiSettings[" + temporalAddress + ", " + database() + "]";
    }
}

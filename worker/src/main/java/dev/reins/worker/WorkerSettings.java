package dev.reins.worker;

import dev.reins.activities.http.AddressFilter;
import dev.reins.store.DatabaseUrl;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What the environment says.
 *
 * @param httpAllow what http.request may reach although it is not public: see {@link AddressFilter}
 * @param scripts a folder of own scripts for scripted models; empty: none
 */
@ConfigurationProperties("reins")
record WorkerSettings(
        String temporalAddress, String temporalNamespace, String databaseUrl, String httpAllow, String scripts) {

    DatabaseUrl database() {
        try {
            return DatabaseUrl.parse(databaseUrl);
        } catch (IllegalArgumentException e) {
            throw new CannotStart("REINS_DATABASE_URL: " + e.getMessage());
        }
    }

    AddressFilter addressFilter() {
        try {
            return new AddressFilter(httpAllow);
        } catch (IllegalArgumentException e) {
            throw new CannotStart(String.valueOf(e.getMessage()));
        }
    }

    @Nullable
    Path scriptsFolder() {
        return scripts.isBlank() ? null : Path.of(scripts);
    }

    @Override
    public String toString() {
        return "WorkerSettings[" + temporalAddress + ", " + database() + "]";
    }
}

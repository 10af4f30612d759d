package dev.reins.api.dependency;

import dev.reins.api.ApiSettings;
import dev.reins.store.DatabaseOutage;
import dev.reins.store.Migrations;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.springframework.stereotype.Component;

/** Brings the database to this version's schema, when there is a database. Thread-safe. */
@Component
public final class Schema {
    private final DataSource dataSource;
    private final ApiSettings settings;
    private final Dependency postgres;
    private final AtomicBoolean ready = new AtomicBoolean();

    Schema(DataSource dataSource, ApiSettings settings, Dependency postgres) {
        this.dataSource = dataSource;
        this.settings = settings;
        this.postgres = postgres;
    }

    public boolean isReady() {
        return ready.get();
    }

    /**
     * @return whether the schema is ready; false while PostgreSQL is away
     * @throws CannotStart PostgreSQL is there, and cannot be brought to this schema
     */
    boolean prepare() {
        if (ready.get()) {
            return true;
        }
        try {
            Migrations.apply(dataSource);
            postgres.up();
            ready.set(true);
        } catch (FlywayException failure) {
            if (!DatabaseOutage.isAway(failure)) {
                throw new CannotStart("PostgreSQL at %s cannot be used: %s; see to it, or correct REINS_DATABASE_URL"
                        .formatted(settings.database().address(), DatabaseOutage.reason(failure)));
            }
            postgres.down();
        }
        return ready.get();
    }
}

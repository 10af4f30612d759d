package dev.reins.api.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reins.contracts.Role;
import dev.reins.store.StrictJson;
import dev.reins.store.TestDatabase;
import dev.reins.store.access.ApiKeys;
import dev.reins.store.access.ApiKeys.NewKey;
import dev.reins.store.access.Audit;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class KnownKeysTest {
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final StrictJson JSON = new StrictJson();
    private static final ApiKeys KEYS = new ApiKeys(
            DATABASE.jdbc(),
            new TransactionTemplate(new JdbcTransactionManager(DATABASE.dataSource())),
            JSON,
            new Audit(DATABASE.jdbc()));

    private final AtomicLong nanos = new AtomicLong();
    private final KnownKeys known = new KnownKeys(KEYS, nanos::get);

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void knowsAKeyForASecond() {
        NewKey key = anAdmins();
        assertThat(known.find(key.key())).contains(new Caller(key.id(), Role.ADMIN, null, null));
        KEYS.revoke(key.id(), "another api");

        nanos.set(Duration.ofMillis(999).toNanos());
        assertThat(known.find(key.key())).isPresent();

        nanos.set(Duration.ofMillis(1_000).toNanos());
        assertThat(known.find(key.key())).isEmpty();
    }

    @Test
    void refusesAKeyThatExpiresWhileItIsKnown() {
        Instant expiresAt = Instant.now().plusSeconds(4);
        NewKey key = KEYS.create(JSON.parse("{\"role\": \"admin\", \"expiresAt\": \"" + expiresAt + "\"}"), "test");
        assertThat(known.find(key.key())).isPresent();

        await().atMost(Duration.ofSeconds(10)).until(() -> known.find(key.key()).isEmpty());
    }

    @Test
    void doesNotRememberAKeyThatWasForgottenWhileItWasLookedUp() throws Exception {
        NewKey key = anAdmins();
        try (Connection other = DATABASE.dataSource().getConnection()) {
            other.setAutoCommit(false);
            execute(other, "lock table api_keys in access exclusive mode");
            CompletableFuture<Optional<Caller>> lookingUp = CompletableFuture.supplyAsync(() -> known.find(key.key()));
            await().until(KnownKeysTest::isSomeoneWaiting);
            known.forget(key.id());
            other.commit();
            assertThat(lookingUp.join()).isPresent();
        }

        KEYS.revoke(key.id(), "another api");

        assertThat(known.find(key.key())).isEmpty();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static boolean isSomeoneWaiting() {
        return DATABASE.jdbc()
                .sql("select exists (select from pg_locks where not granted)")
                .query(Boolean.class)
                .single();
    }

    @Test
    void looksUpAKeyItWasToldToForgetAtOnce() {
        NewKey key = anAdmins();
        NewKey other = anAdmins();
        assertThat(known.find(key.key())).isPresent();
        assertThat(known.find(other.key())).isPresent();
        KEYS.revoke(key.id(), "this api");

        known.forget(key.id());

        assertThat(known.find(key.key())).isEmpty();
        assertThat(known.find(other.key())).isPresent();
    }

    @Test
    void doesNotRememberThatASecretOpenedNothing() {
        String secret = "rk_only-now-becoming-a-key-of-an-administrators";
        assertThat(known.find(secret)).isEmpty();

        KEYS.ensureAdmin(secret);

        assertThat(known.find(secret)).isPresent();
    }

    private static NewKey anAdmins() {
        return KEYS.create(JSON.parse("{\"role\": \"admin\"}"), "test");
    }
}

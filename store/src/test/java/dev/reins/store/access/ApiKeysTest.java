package dev.reins.store.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.Role;
import dev.reins.store.StoredJson;
import dev.reins.store.StrictJson;
import dev.reins.store.TestDatabase;
import dev.reins.store.access.ApiKeys.KeyView;
import dev.reins.store.access.ApiKeys.NewKey;
import dev.reins.store.access.ApiKeys.Principal;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class ApiKeysTest {
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final Audit AUDIT = new Audit(DATABASE.jdbc());
    private static final ApiKeys KEYS = new ApiKeys(
            DATABASE.jdbc(),
            new TransactionTemplate(new JdbcTransactionManager(DATABASE.dataSource())),
            new StrictJson(),
            AUDIT);

    @BeforeAll
    static void seed() {
        DATABASE.jdbc().sql("""
                        insert into projects (id, name) values ('p1', 'One');
                        insert into accounts (user_id, tier) values ('ada', 'pro');
                        """).update();
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void tellsTheSecretOnceAndKeepsNothingOfIt() {
        NewKey key = create("{\"role\": \"user\", \"userId\": \"ada\", \"projectId\": \"p1\"}");

        assertThat(key.key()).matches("rk_[A-Za-z0-9_-]{43}").startsWith(key.prefix());
        assertThat(key.prefix()).hasSize(11);
        assertThat(KEYS.find(key.key())).contains(new Principal(key.id(), Role.USER, "ada", "p1", null));
        assertThat(KEYS.list(100, null).items()).extracting(KeyView::id).contains(key.id());
        String everything = DATABASE.jdbc()
                .sql("select string_agg(k::text, '') from api_keys k")
                .query(String.class)
                .single();
        assertThat(everything + AUDIT.list(100, null)).doesNotContain(key.key().substring(12));
    }

    @Test
    void findsNoKeyThatIsUnknownExpiredOrRevoked() {
        NewKey revoked = create("{\"role\": \"admin\"}");
        NewKey expiring = create("{\"role\": \"admin\", \"expiresAt\": \"2999-01-01T00:00:00Z\"}");
        assertThat(KEYS.find(expiring.key())).isPresent();
        DATABASE.jdbc()
                .sql("update api_keys set expires_at = clock_timestamp() where id = :id")
                .param("id", expiring.id())
                .update();

        KeyView view = KEYS.revoke(revoked.id(), "key-1");

        assertThat(view.revokedAt()).isNotNull();
        assertThat(KEYS.revoke(revoked.id(), "key-1")).isEqualTo(view);
        assertThat(KEYS.find(revoked.key())).isEmpty();
        assertThat(KEYS.find(expiring.key())).isEmpty();
        assertThat(KEYS.find("rk_unknown")).isEmpty();
        assertThat(catchThrowableOfType(RequestRejected.class, () -> KEYS.revoke("key-x", "key-1"))
                        .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void makesSureThatAGivenSecretIsAnAdminsKey() {
        assertThat(KEYS.ensureAdmin("rk_given-by-the-launcher")).isEmpty();
        assertThat(KEYS.ensureAdmin("rk_given-by-the-launcher")).isEmpty();

        Principal admin = KEYS.find("rk_given-by-the-launcher").orElseThrow();
        assertThat(admin.role()).isEqualTo(Role.ADMIN);
        assertThat(audited(admin.keyId())).containsExactly("system key.created");
    }

    @Test
    void makesOneKeyWhereManyMakeSureOfItAtOnce() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = Stream.generate(() -> threads.submit(() -> KEYS.ensureAdmin("rk_given-to-two-apis")))
                    .limit(10)
                    .toList();
            for (var each : asked) {
                assertThat(each.get()).isEmpty();
            }
        }
        assertThat(audited(KEYS.find("rk_given-to-two-apis").orElseThrow().keyId()))
                .hasSize(1);
    }

    @Test
    void leavesARevokedKeyRevoked() {
        KEYS.ensureAdmin("rk_given-and-revoked");
        String id = KEYS.find("rk_given-and-revoked").orElseThrow().keyId();
        KEYS.revoke(id, "key-1");

        assertThat(KEYS.ensureAdmin("rk_given-and-revoked"))
                .hasValueSatisfying(fault -> assertThat(fault).startsWith("the key " + id + " was revoked at "));
        assertThat(KEYS.find("rk_given-and-revoked")).isEmpty();
        assertThat(audited(id)).containsExactly("key-1 key.revoked", "system key.created");
    }

    @Test
    void makesNoAdminsKeyOfAUsersOrAnExpiredOne() {
        NewKey users = create("{\"role\": \"user\", \"userId\": \"ada\", \"projectId\": \"p1\"}");
        NewKey expired = create("{\"role\": \"admin\", \"expiresAt\": \"2999-01-01T00:00:00Z\"}");
        DATABASE.jdbc()
                .sql("update api_keys set expires_at = clock_timestamp() where id = :id")
                .param("id", expired.id())
                .update();

        assertThat(KEYS.ensureAdmin(users.key())).contains("the key " + users.id() + " is a user's");
        assertThat(KEYS.ensureAdmin(expired.key()).orElseThrow()).contains("expired at");
        assertThat(KEYS.find(users.key()).orElseThrow().role()).isEqualTo(Role.USER);
        assertThat(KEYS.find(expired.key())).isEmpty();
    }

    private static List<String> audited(String subject) {
        return AUDIT.list(100, null).items().stream()
                .filter(entry -> entry.subject().equals(subject))
                .map(entry -> entry.actor() + " " + entry.action())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"role\": \"user\", \"projectId\": \"p1\"}                       | /userId    | A user's key needs a userId",
                "{\"role\": \"user\", \"userId\": \"ada\"}                         | /projectId | A user's key needs a projectId",
                "{\"role\": \"user\", \"userId\": \"eve\", \"projectId\": \"p1\"}  | /userId    | There is no user 'eve'",
                "{\"role\": \"user\", \"userId\": \"ada\", \"projectId\": \"p2\"}  | /projectId | There is no project 'p2'",
                "{\"role\": \"admin\", \"projectId\": \"p1\"}                     | /projectId | An admin's key opens every project; it names none",
                "{\"role\": \"root\"}                                              | /role      | role must be one of [admin, user]",
                "{\"userId\": \"ada\"}                                             | /role      | role is required",
                "{\"role\": \"admin\", \"expiresAt\": \"2020-01-01T00:00:00Z\"}    | /expiresAt | expiresAt must be in the future",
                "{\"role\": \"admin\", \"expiresAt\": \"tomorrow\"}                | /expiresAt | expiresAt must be a time in UTC such as 2026-01-31T12:00:00Z",
                "{\"role\": \"admin\", \"expiresAt\": \"+99999-01-01T00:00:00Z\"}  | /expiresAt | expiresAt must be a time in UTC such as 2026-01-31T12:00:00Z",
            })
    void refusesKeysThatMakeNoSense(String body, String pointer, String message) {
        long before = KEYS.list(1, null).totalCount();
        assertThat(catchThrowableOfType(RequestRejected.class, () -> create(body))
                        .errors())
                .containsExactly(new FieldError(pointer, message));
        assertThat(KEYS.list(1, null).totalCount()).isEqualTo(before);
    }

    private static NewKey create(String body) {
        return KEYS.create(StoredJson.read(body), "key-1");
    }
}

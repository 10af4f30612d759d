package dev.reins.store.access;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.Role;
import dev.reins.contracts.RunId;
import dev.reins.contracts.Wire;
import dev.reins.store.Columns;
import dev.reins.store.Cursor;
import dev.reins.store.Listing;
import dev.reins.store.StrictJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.JsonNode;

/** API keys: random secrets of 256 bits, of which only a prefix and the SHA-256 are kept. */
public final class ApiKeys {
    private static final String PREFIX = "rk_";
    private static final int SHOWN = 11;
    private static final int SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final JdbcClient jdbc;
    private final TransactionOperations transaction;
    private final StrictJson json;
    private final Audit audit;

    /** @param prefix the first characters of the secret, by which its owner knows it */
    public record KeyView(
            String id,
            String prefix,
            Role role,
            @Nullable String userId,
            @Nullable String projectId,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt) {}

    /** @param key the secret: told this once, and never kept */
    public record NewKey(
            String id,
            String key,
            String prefix,
            Role role,
            @Nullable String userId,
            @Nullable String projectId,
            Instant createdAt,
            @Nullable Instant expiresAt) {}

    /** Who presents a key; a user's has both user and project, an admin's may have neither. */
    public record Principal(
            String keyId,
            Role role,
            @Nullable String userId,
            @Nullable String projectId,
            @Nullable Instant expiresAt) {}

    private record Body(
            @Nullable String userId,
            @Nullable String projectId,
            Role role,
            @Nullable Instant expiresAt) {}

    public ApiKeys(JdbcClient jdbc, TransactionOperations transaction, StrictJson json, Audit audit) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.json = json;
        this.audit = audit;
    }

    /**
     * @param body {@code {userId, projectId, role, expiresAt?}}; an admin's key needs neither user nor project
     * @throws RequestRejected invalid_request; not_found for a user or project that does not exist
     */
    public NewKey create(JsonNode body, String actor) {
        Body wish = checked(json.bind(body, Body.class));
        String secret = newSecret();
        return transaction.execute(status -> {
            KeyView key = insert(secret, wish).orElseThrow();
            audit(actor, "key.created", key);
            return new NewKey(
                    key.id(),
                    secret,
                    key.prefix(),
                    key.role(),
                    key.userId(),
                    key.projectId(),
                    key.createdAt(),
                    key.expiresAt());
        });
    }

    /**
     * Makes sure that this very secret is an admin's key, as an installation needs that is given its first one. A key that
     * has the secret already stays as it is.
     *
     * @return why the secret opens nothing, or not what an admin's key does; empty if it is an admin's valid key
     */
    public Optional<String> ensureAdmin(String secret) {
        return transaction.execute(status -> {
            Optional<KeyView> made = insert(secret, new Body(null, null, Role.ADMIN, null));
            made.ifPresent(key -> audit("system", "key.created", key));
            return made.isPresent() ? Optional.empty() : fault(bySecret(secret));
        });
    }

    private KeyView bySecret(String secret) {
        return jdbc.sql("select * from api_keys where sha256 = :sha256")
                .param("sha256", sha256(secret))
                .query(ApiKeys::view)
                .single();
    }

    private static Optional<String> fault(KeyView key) {
        if (key.revokedAt() != null) {
            return Optional.of("the key " + key.id() + " was revoked at " + key.revokedAt());
        }
        if (key.expiresAt() != null && !key.expiresAt().isAfter(Instant.now())) {
            return Optional.of("the key " + key.id() + " expired at " + key.expiresAt());
        }
        return key.role() == Role.ADMIN ? Optional.empty() : Optional.of("the key " + key.id() + " is a user's");
    }

    /** Who has this secret; empty if nobody has, or the key has expired or was revoked. */
    public Optional<Principal> find(String secret) {
        return jdbc.sql("""
                        select * from api_keys
                        where sha256 = :sha256 and revoked_at is null
                          and (expires_at is null or expires_at > clock_timestamp())
                        """)
                .param("sha256", sha256(secret))
                .query(ApiKeys::view)
                .optional()
                .map(key -> new Principal(key.id(), key.role(), key.userId(), key.projectId(), key.expiresAt()));
    }

    /** The key with this id, also one that no longer works. */
    public Optional<KeyView> findView(String id) {
        return jdbc.sql("select * from api_keys where id = :id")
                .param("id", id)
                .query(ApiKeys::view)
                .optional();
    }

    /** Which of these keys, by their ids, are valid now. */
    public Set<String> stillValid(Set<String> keyIds) {
        return jdbc.sql("""
                        select id from api_keys
                        where id = any (:ids) and revoked_at is null
                          and (expires_at is null or expires_at > clock_timestamp())
                        """)
                .param("ids", keyIds.toArray(String[]::new))
                .query((row, index) -> row.getString("id"))
                .set();
    }

    /** In the order of their making, those that no longer work among them. */
    public Listing<KeyView> list(int limit, @Nullable String cursor) {
        List<KeyView> rows = jdbc.sql("select * from api_keys where id > :after order by id limit :limit")
                .param("after", cursor == null ? "" : Cursor.decode("keys", cursor, id -> new RunId(id).value()))
                .param("limit", limit + 1)
                .query(ApiKeys::view)
                .list();
        long total = jdbc.sql("select count(*) from api_keys").query(Long.class).single();
        return Listing.of(rows, limit, total, key -> new Cursor("keys", key.id()));
    }

    /**
     * Revokes a key for good; again, it changes nothing.
     *
     * @throws RequestRejected not_found
     */
    public KeyView revoke(String id, String actor) {
        return transaction.execute(status -> {
            KeyView before = jdbc.sql("select * from api_keys where id = :id for update")
                    .param("id", id)
                    .query(ApiKeys::view)
                    .optional()
                    .orElseThrow(() -> new RequestRejected(ErrorCode.NOT_FOUND, "There is no key '" + id + "'"));
            if (before.revokedAt() != null) {
                return before;
            }
            audit(actor, "key.revoked", before);
            return jdbc.sql("update api_keys set revoked_at = clock_timestamp() where id = :id returning *")
                    .param("id", id)
                    .query(ApiKeys::view)
                    .single();
        });
    }

    private static Body checked(Body wish) {
        if (wish.role() == Role.USER && wish.userId() == null) {
            throw RequestRejected.invalid("/userId", "A user's key needs a userId");
        }
        if (wish.role() == Role.USER && wish.projectId() == null) {
            throw RequestRejected.invalid("/projectId", "A user's key needs a projectId");
        }
        if (wish.role() == Role.ADMIN && wish.projectId() != null) {
            throw RequestRejected.invalid("/projectId", "An admin's key opens every project; it names none");
        }
        if (wish.expiresAt() != null && !wish.expiresAt().isAfter(Instant.now())) {
            throw RequestRejected.invalid("/expiresAt", "expiresAt must be in the future");
        }
        return wish;
    }

    /** Empty if another key has the secret. */
    private Optional<KeyView> insert(String secret, Body wish) {
        requireExists("user", wish.userId(), "select exists (select from accounts where user_id = :id)");
        requireExists("project", wish.projectId(), "select exists (select from projects where id = :id)");
        return jdbc.sql("""
                        insert into api_keys (id, prefix, sha256, role, user_id, project_id, expires_at)
                        values (:id, :prefix, :sha256, :role, :user, :project, cast(:expires as timestamptz))
                        on conflict (sha256) do nothing returning *
                        """)
                .param("id", "key" + RunId.next().value().substring("run".length()))
                .param("prefix", secret.substring(0, Math.min(SHOWN, secret.length())))
                .param("sha256", sha256(secret))
                .param("role", wish.role().wire())
                .param("user", wish.userId())
                .param("project", wish.projectId())
                .param(
                        "expires",
                        wish.expiresAt() == null ? null : wish.expiresAt().toString())
                .query(ApiKeys::view)
                .optional();
    }

    private void requireExists(String what, @Nullable String id, String sql) {
        if (id != null && !jdbc.sql(sql).param("id", id).query(Boolean.class).single()) {
            String message = "There is no " + what + " '" + id + "'";
            throw new RequestRejected(
                    ErrorCode.NOT_FOUND, message, List.of(new FieldError("/" + what + "Id", message)));
        }
    }

    private void audit(String actor, String action, KeyView key) {
        audit.append(actor, action, key.id(), Map.of("prefix", key.prefix(), "role", key.role()));
    }

    private static String newSecret() {
        byte[] random = new byte[SECRET_BYTES];
        RANDOM.nextBytes(random);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    private static byte[] sha256(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException("Every Java platform has SHA-256", never);
        }
    }

    private static KeyView view(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        return new KeyView(
                columns.text("id"),
                columns.text("prefix"),
                Wire.of(Role.class, columns.text("role")),
                columns.textOrNull("user_id"),
                columns.textOrNull("project_id"),
                columns.instant("created_at"),
                columns.instantOrNull("expires_at"),
                columns.instantOrNull("revoked_at"));
    }
}

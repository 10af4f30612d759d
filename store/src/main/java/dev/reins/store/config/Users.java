package dev.reins.store.config;

import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.limits.EffectiveLimits;
import dev.reins.contracts.limits.LimitLayers;
import dev.reins.contracts.limits.LimitsPatch;
import dev.reins.contracts.limits.TierLimits;
import dev.reins.store.Columns;
import dev.reins.store.StoredJson;
import dev.reins.store.StrictJson;
import dev.reins.store.access.Audit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.JsonNode;

/** Users: each has a tier, and an account that pays for the runs. */
public final class Users {
    public static final String DEFAULT_TIER = "pro";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._@-]{1,128}");

    private final JdbcClient jdbc;
    private final TransactionOperations transaction;
    private final StrictJson json;
    private final Audit audit;

    public record UserView(String id, String tier, Instant createdAt) {}

    /** The layers above a definition, for one user. */
    public record UserLimits(LimitsPatch system, TierLimits tier) {
        /** @throws RequestRejected limit_above_cap */
        public EffectiveLimits with(LimitsPatch definition, LimitsPatch run) {
            return new LimitLayers(system, tier, definition, run).overlay();
        }
    }

    private record Body(@Nullable String tier) {}

    public Users(JdbcClient jdbc, TransactionOperations transaction, StrictJson json, Audit audit) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.json = json;
        this.audit = audit;
    }

    /**
     * Makes the user, or moves one to another tier; without a tier a new user's is {@value #DEFAULT_TIER}.
     *
     * @param body {@code {tier?}}
     * @throws RequestRejected invalid_request
     */
    public UserView put(String id, JsonNode body, String actor) {
        if (!ID.matcher(id).matches()) {
            throw RequestRejected.invalid("id", "A user's id has 1 to 128 of the characters A-Z a-z 0-9 . _ @ -");
        }
        String tier = json.bind(body, Body.class).tier();
        return transaction.execute(status -> {
            UserView user = upsert(id, tier);
            audit.append(actor, "user.put", id, Map.of("tier", user.tier()));
            return user;
        });
    }

    private UserView upsert(String id, @Nullable String tier) {
        if (tier != null && !isTier(tier)) {
            throw RequestRejected.invalid("/tier", "There is no tier '" + tier + "'");
        }
        return jdbc.sql("""
                        insert into accounts (user_id, tier) values (:id, coalesce(cast(:tier as text), :defaultTier))
                        on conflict (user_id) do update set tier = coalesce(cast(:tier as text), accounts.tier)
                        returning user_id, tier, created_at
                        """)
                .param("id", id)
                .param("tier", tier)
                .param("defaultTier", DEFAULT_TIER)
                .query(Users::view)
                .single();
    }

    private boolean isTier(String tier) {
        return jdbc.sql("select exists (select from tiers where name = :tier)")
                .param("tier", tier)
                .query(Boolean.class)
                .single();
    }

    public Optional<UserView> find(String id) {
        return jdbc.sql("select user_id, tier, created_at from accounts where user_id = :id")
                .param("id", id)
                .query(Users::view)
                .optional();
    }

    /** Empty if there is no such user. */
    public Optional<UserLimits> limits(String id) {
        return jdbc.sql("""
                        select tier, tiers.limits as tier_limits, system_limits.limits as system_limits
                        from accounts join tiers on tiers.name = accounts.tier cross join system_limits
                        where user_id = :id
                        """).param("id", id).query(Users::userLimits).optional();
    }

    private static UserLimits userLimits(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        LimitsPatch system = StoredJson.read(columns.text("system_limits"), LimitsPatch.class);
        return new UserLimits(system, Tiers.limits(columns.text("tier"), columns.json("tier_limits")));
    }

    private static UserView view(ResultSet row, int index) throws SQLException {
        Columns columns = new Columns(row);
        return new UserView(columns.text("user_id"), columns.text("tier"), columns.instant("created_at"));
    }
}

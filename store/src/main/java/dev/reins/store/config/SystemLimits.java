package dev.reins.store.config;

import dev.reins.contracts.Category;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.contracts.limits.LimitsPatch;
import dev.reins.store.StoredJson;
import dev.reins.store.StrictJson;
import dev.reins.store.access.Audit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;
import tools.jackson.databind.JsonNode;

/** The widest layer of limits. A run that has started keeps its snapshot, whatever is changed here. */
public final class SystemLimits {
    private final JdbcClient jdbc;
    private final TransactionOperations transaction;
    private final StrictJson json;
    private final Audit audit;

    public SystemLimits(JdbcClient jdbc, TransactionOperations transaction, StrictJson json, Audit audit) {
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.json = json;
        this.audit = audit;
    }

    /** Complete; an amount that is null, or a category without a rate, is not capped. */
    public LimitsPatch get() {
        return StoredJson.read(
                jdbc.sql("select limits from system_limits").query(String.class).single(), LimitsPatch.class);
    }

    /**
     * Merges (RFC 7396): a null takes a cap away, where there may be none.
     *
     * @throws RequestRejected invalid_request
     */
    public LimitsPatch patch(JsonNode patch, String actor) {
        return transaction.execute(status -> {
            JsonNode current = StoredJson.read(jdbc.sql("select limits from system_limits for update")
                    .query(String.class)
                    .single());
            LimitsPatch changed = json.merge(current, patch, LimitsPatch.class);
            check(changed);
            jdbc.sql("update system_limits set limits = cast(:limits as jsonb), updated_at = clock_timestamp()")
                    .param("limits", StoredJson.write(changed))
                    .update();
            audit.append(actor, "limits.changed", "system", patch);
            return changed;
        });
    }

    private static void check(LimitsPatch limits) {
        List<FieldError> errors = new ArrayList<>(limits.outOfRange(""));
        require(limits.warningThreshold(), "warningThreshold", errors);
        require(limits.onRateLimit(), "onRateLimit", errors);
        require(limits.maxRateWaitSeconds(), "maxRateWaitSeconds", errors);
        require(limits.onLimit(), "onLimit", errors);
        require(limits.lane(), "lane", errors);
        Map<Category, Long> timeouts = limits.toolTimeoutMs() == null ? Map.of() : limits.toolTimeoutMs();
        for (Category category : Category.values()) {
            require(timeouts.get(category), "toolTimeoutMs/" + category.wire(), errors);
        }
        if (!errors.isEmpty()) {
            throw new RequestRejected(
                    ErrorCode.INVALID_REQUEST, errors.getFirst().message(), errors);
        }
    }

    private static void require(@Nullable Object value, String name, List<FieldError> errors) {
        if (value == null) {
            errors.add(new FieldError("/" + name, name.replace('/', '.') + " must have a value"));
        }
    }
}

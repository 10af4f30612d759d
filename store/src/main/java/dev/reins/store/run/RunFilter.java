package dev.reins.store.run;

import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RunStatus;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * Which runs of a project are listed.
 *
 * @param statuses empty: all
 * @param userId only runs of this user; null: of all
 */
public record RunFilter(
        String projectId,
        Set<RunStatus> statuses,
        @Nullable String agentId,
        @Nullable String userId,
        @Nullable Instant from,
        @Nullable Instant to) {
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    /** @throws RequestRejected invalid_request for text that no id can be */
    public RunFilter {
        statuses = Collections.unmodifiableSortedSet(new TreeSet<>(statuses));
        requireStorable("agentId", agentId);
        requireStorable("userId", userId);
    }

    /** Whether it asks for more than a project's or a user's runs in some statuses. */
    boolean isNarrowed() {
        return agentId != null || from != null || to != null;
    }

    private static void requireStorable(String name, @Nullable String value) {
        if (value != null && value.indexOf('\0') >= 0) {
            throw RequestRejected.invalid(name, name + " contains a NUL character");
        }
    }

    /** Fills the parameters of a query that asks for all it may say. */
    StatementSpec bind(StatementSpec query) {
        return query.param("project", projectId)
                .param("statuses", statusWords())
                .param("agent", agentId)
                .param("user", userId)
                .param("from", from == null ? "-infinity" : timestamp(from))
                .param("to", to == null ? "infinity" : timestamp(to));
    }

    /** The statuses wanted, as rows have them, with commas between. */
    String statusWords() {
        Collection<RunStatus> wanted = statuses.isEmpty() ? EnumSet.allOf(RunStatus.class) : statuses;
        return wanted.stream().map(RunStatus::wire).collect(Collectors.joining(","));
    }

    /** In the database's words, which know fewer years than ours. */
    static String timestamp(Instant time) {
        if (time.isBefore(FIRST)) {
            return "-infinity";
        }
        return time.isAfter(LAST) ? "infinity" : time.toString();
    }
}

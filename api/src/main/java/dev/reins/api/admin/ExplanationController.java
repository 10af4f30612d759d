package dev.reins.api.admin;

import dev.reins.api.web.Answer;
import dev.reins.api.web.Paging;
import dev.reins.api.web.Query;
import dev.reins.contracts.RequestRejected;
import dev.reins.store.admission.GuardStats;
import dev.reins.store.reconcile.ReconcilerLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What explains to an operator why runs were stopped or held, and where row and workflow came apart. */
@RestController
@RequestMapping(path = "/api/admin", produces = "application/json")
final class ExplanationController {
    private static final int PAGE = 100;
    private static final Duration USUAL_WINDOW = Duration.ofHours(1);
    private static final Duration LONGEST_WINDOW = Duration.ofDays(31);

    private final GuardStats stats;
    private final ReconcilerLog reconciler;

    ExplanationController(GuardStats stats, ReconcilerLog reconciler) {
        this.stats = stats;
        this.reconciler = reconciler;
    }

    private record Statistics(
            Instant from, Instant to, @Nullable String projectId, List<GuardStats.Stat> guards) {}

    @GetMapping("/guard-stats")
    Answer guards(
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            @RequestParam(required = false) @Nullable String projectId) {
        Instant until = Objects.requireNonNullElseGet(Query.instant("to", to), Instant::now);
        Instant since = Objects.requireNonNullElseGet(Query.instant("from", from), () -> until.minus(USUAL_WINDOW));
        if (since.isAfter(until) || Duration.between(since, until).compareTo(LONGEST_WINDOW) > 0) {
            throw RequestRejected.invalid("from", "from lies before to, by at most 31 days");
        }
        return Answer.of(new Statistics(since, until, projectId, stats.between(since, until, projectId)));
    }

    @GetMapping("/consistency")
    Answer consistency(Paging paging) {
        return Answer.list(reconciler.findings(paging.limitOr(PAGE), paging.cursor()));
    }
}

package dev.reins.api.run;

import dev.reins.api.web.Answer;
import dev.reins.api.web.Paging;
import dev.reins.api.web.Query;
import dev.reins.contracts.RunId;
import dev.reins.store.run.RunView;
import dev.reins.store.run.RunViews;
import dev.reins.store.run.RunViews.Page;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** One run, and what belongs to it. */
@RestController
@RequestMapping(path = "/api/projects/{projectId}/agent-runs/{runId}", produces = "application/json")
final class RunReadController {
    private static final int PAGE = 100;

    private final RunViews views;
    private final LiveState liveState;

    RunReadController(RunViews views, LiveState liveState) {
        this.views = views;
        this.liveState = liveState;
    }

    private interface Pages {
        Page<?> page(RunId runId, int limit, @Nullable String cursor);
    }

    @GetMapping
    Answer run(RunView run, @RequestParam(required = false) @Nullable String live) {
        return Answer.of(Query.flag("live", live) ? liveState.of(run) : run);
    }

    @GetMapping("/messages")
    Answer messages(RunView run, Paging paging) {
        return page(run, paging, views::messages);
    }

    @GetMapping("/tool-calls")
    Answer toolCalls(RunView run, Paging paging) {
        return page(run, paging, views::toolCalls);
    }

    @GetMapping("/guard-decisions")
    Answer decisions(RunView run, Paging paging) {
        return page(run, paging, views::decisions);
    }

    @GetMapping("/receipts")
    Answer receipts(RunView run, Paging paging) {
        return page(run, paging, views::receipts);
    }

    @GetMapping("/events")
    Answer events(RunView run, Paging paging) {
        return page(run, paging, views::events);
    }

    private static Answer page(RunView run, Paging paging, Pages pages) {
        return Answer.ofRun(pages.page(new RunId(run.id()), paging.limitOr(PAGE), paging.cursor()));
    }
}

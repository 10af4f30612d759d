package dev.reins.api.run;

import dev.reins.api.security.Caller;
import dev.reins.api.web.Answer;
import dev.reins.api.web.Paging;
import dev.reins.api.web.Query;
import dev.reins.contracts.RunStatus;
import dev.reins.store.run.RunFilter;
import dev.reins.store.run.RunView;
import dev.reins.store.run.RunViews;
import dev.reins.store.run.RunViews.Page;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** A project's runs, newest first: to a user their own. */
@RestController
@RequestMapping(path = "/api/projects/{projectId}/agent-runs", produces = "application/json")
final class RunListController {
    private static final int PAGE = 20;

    private final RunAccess access;
    private final RunViews views;

    RunListController(RunAccess access, RunViews views) {
        this.access = access;
        this.views = views;
    }

    @GetMapping
    Answer runs(
            Caller caller,
            @PathVariable String projectId,
            @RequestParam(required = false) @Nullable String status,
            @RequestParam(required = false) @Nullable String agentId,
            @RequestParam(required = false) @Nullable String userId,
            @RequestParam(required = false) @Nullable String from,
            @RequestParam(required = false) @Nullable String to,
            Paging paging) {
        var filter = new RunFilter(
                projectId,
                Query.words("status", status, RunStatus.class),
                agentId,
                caller.isAdmin() ? userId : caller.userId(),
                Query.instant("from", from),
                Query.instant("to", to));
        access.requireProject(caller, projectId);
        return isOfOthers(caller, userId) ? Answer.list(List.of(), 0, null) : page(filter, paging);
    }

    /** What a user asks for of someone else does not exist for them. */
    private static boolean isOfOthers(Caller caller, @Nullable String userId) {
        return !caller.isAdmin() && userId != null && !userId.equals(caller.userId());
    }

    private Answer page(RunFilter filter, Paging paging) {
        Page<RunView> page = views.list(filter, paging.limitOr(PAGE), paging.cursor());
        return Answer.list(page.items(), views.count(filter), page.nextCursor());
    }
}

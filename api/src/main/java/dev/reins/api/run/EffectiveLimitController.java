package dev.reins.api.run;

import dev.reins.api.security.Caller;
import dev.reins.api.web.Answer;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.store.config.Projects;
import dev.reins.store.run.StartLimits;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Which limits a run would have, and which layer says each: to a user their own. */
@RestController
final class EffectiveLimitController {
    private final RunAccess access;
    private final Projects projects;
    private final StartLimits limits;

    EffectiveLimitController(RunAccess access, Projects projects, StartLimits limits) {
        this.access = access;
        this.projects = projects;
        this.limits = limits;
    }

    @GetMapping(path = "/api/projects/{projectId}/effective-limits", produces = "application/json")
    Answer limits(
            Caller caller,
            @PathVariable String projectId,
            @RequestParam(required = false) @Nullable String agentId,
            @RequestParam(required = false) @Nullable String userId) {
        access.requireProject(caller, projectId);
        if (projects.find(projectId).isEmpty()) {
            throw new RequestRejected(ErrorCode.NOT_FOUND, "There is no such project");
        }
        if (caller.isAdmin()) {
            return Answer.of(limits.of(projectId, agentId, userId, null));
        }
        if (userId != null && !userId.equals(caller.userId())) {
            throw new RequestRejected(ErrorCode.NOT_FOUND, "There is no such user");
        }
        return Answer.of(limits.of(projectId, agentId, caller.userId(), caller.userId()));
    }
}

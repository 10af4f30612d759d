package dev.reins.api.run;

import dev.reins.api.security.Caller;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RunId;
import dev.reins.store.config.Projects;
import dev.reins.store.run.RunView;
import dev.reins.store.run.RunViews;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Finds runs for those who may see them; to anyone else they do not exist. */
@Component
final class RunAccess {
    private final RunViews views;
    private final Projects projects;

    RunAccess(RunViews views, Projects projects) {
        this.views = views;
        this.projects = projects;
    }

    /** @throws RequestRejected not_found: there is none in this project, or it is not the caller's */
    RunView run(Caller caller, String projectId, String runId) {
        return visible(caller, runId)
                .filter(run -> run.projectId().equals(projectId))
                .orElseThrow(RunAccess::notFound);
    }

    /** In whichever of the caller's projects. */
    RunView run(Caller caller, String runId) {
        return visible(caller, runId).orElseThrow(RunAccess::notFound);
    }

    private Optional<RunView> visible(Caller caller, String runId) {
        return RunId.isValid(runId)
                ? views.find(new RunId(runId)).filter(run -> maySee(caller, run))
                : Optional.empty();
    }

    private static boolean maySee(Caller caller, RunView run) {
        return caller.isAdmin()
                || run.userId().equals(caller.userId()) && run.projectId().equals(caller.projectId());
    }

    /** @throws RequestRejected not_found: there is none, or the caller is bound to another */
    void requireProject(Caller caller, String projectId) {
        boolean visible =
                caller.isAdmin() ? projects.find(projectId).isPresent() : projectId.equals(caller.projectId());
        if (!visible) {
            throw new RequestRejected(ErrorCode.NOT_FOUND, "There is no such project");
        }
    }

    static RequestRejected notFound() {
        return new RequestRejected(ErrorCode.NOT_FOUND, "There is no such run");
    }
}

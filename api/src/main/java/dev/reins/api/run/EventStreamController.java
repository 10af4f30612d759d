package dev.reins.api.run;

import dev.reins.api.security.Caller;
import dev.reins.api.stream.EventStreams;
import dev.reins.api.stream.EventStreams.Exchange;
import dev.reins.api.web.Answer;
import dev.reins.api.web.Paging;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RunStatus;
import dev.reins.contracts.Wire;
import dev.reins.store.config.Projects;
import dev.reins.store.event.EventLog;
import dev.reins.store.run.RunView;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Events of a run as a stream, and of a project as a stream or page by page; to a user those of their own runs. */
@RestController
@RequestMapping("/api/projects/{projectId}")
final class EventStreamController {
    private static final int PAGE = 100;

    private final RunAccess access;
    private final Projects projects;
    private final EventLog log;
    private final EventStreams streams;

    EventStreamController(RunAccess access, Projects projects, EventLog log, EventStreams streams) {
        this.access = access;
        this.projects = projects;
        this.log = log;
        this.streams = streams;
    }

    @GetMapping(path = "/agent-runs/{runId}/events", produces = EventStreams.MEDIA_TYPE)
    void ofRun(Caller caller, RunView run, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        boolean isTerminal = Wire.of(RunStatus.class, run.status()).isTerminal();
        streams.ofRun(new Exchange(caller, request, response), run.id(), isTerminal);
    }

    @GetMapping(path = "/events", produces = EventStreams.MEDIA_TYPE)
    void ofProject(
            Caller caller, @PathVariable String projectId, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        requireProject(caller, projectId);
        streams.ofProject(new Exchange(caller, request, response), projectId);
    }

    @GetMapping(path = "/events", produces = "application/json")
    Answer page(Caller caller, @PathVariable String projectId, Paging paging) {
        requireProject(caller, projectId);
        String userId = caller.isAdmin() ? null : caller.userId();
        return Answer.ofRun(log.page(projectId, userId, paging.limitOr(PAGE), paging.cursor()));
    }

    private void requireProject(Caller caller, String projectId) {
        access.requireProject(caller, projectId);
        if (projects.find(projectId).isEmpty()) {
            throw new RequestRejected(ErrorCode.NOT_FOUND, "There is no such project");
        }
    }
}

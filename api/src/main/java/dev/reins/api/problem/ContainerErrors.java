package dev.reins.api.problem;

import dev.reins.contracts.ErrorCode;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Takes the place of Boot's error page for what the container refuses or a filter throws. */
@RestController
final class ContainerErrors implements ErrorController {
    private static final int NOT_FOUND = 404;

    private final Problems problems;
    private final ProblemWriter writer;

    ContainerErrors(Problems problems, ProblemWriter writer) {
        this.problems = problems;
        this.writer = writer;
    }

    @RequestMapping("/error")
    void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
        writer.write(problem(request), response);
    }

    private Problem problem(HttpServletRequest request) {
        if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable failure) {
            return problems.of(failure);
        }
        return ofStatus(request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE), request.getMethod());
    }

    /** The problem that says no more than a status; of no status at all it is a path that does not exist. */
    static Problem ofStatus(@Nullable Object status, @Nullable String method) {
        return ofCode(status instanceof Integer code ? code : NOT_FOUND, method);
    }

    /** What the container does not implement, of the protocol too, is nothing that a client may ask for. */
    private static Problem ofCode(int status, @Nullable String method) {
        return switch (status) {
            case NOT_FOUND -> Problem.of(ErrorCode.NOT_FOUND, Problems.NO_SUCH_PATH);
            case 405 -> methodNotAllowed();
            case 413 -> Problem.of(ErrorCode.TOO_LARGE, "The request is too large");
            case 501 -> "CONNECT".equals(method) ? methodNotAllowed() : notUnderstood();
            case 505 -> notUnderstood();
            default -> status < 500 ? notUnderstood() : Problem.of(ErrorCode.INTERNAL, Problems.OUR_SIDE);
        };
    }

    private static Problem methodNotAllowed() {
        return Problem.of(ErrorCode.METHOD_NOT_ALLOWED, "The method is not allowed here");
    }

    private static Problem notUnderstood() {
        return Problem.of(ErrorCode.INVALID_REQUEST, "The request cannot be understood");
    }
}

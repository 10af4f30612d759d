package dev.reins.api.problem;

import dev.reins.api.engine.EngineUnavailable;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.store.DatabaseOutage;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.stereotype.Component;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** The one place that turns what was thrown into what is answered. What it does not know is a 500 that tells nothing. */
@Component
public final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    static final String OUR_SIDE = "Something went wrong on our side";
    static final String NO_SUCH_PATH = "There is nothing at this path";

    public Problem of(Throwable failure) {
        return known(failure).orElseGet(() -> unexpected(failure));
    }

    private static Optional<Problem> known(Throwable failure) {
        Problem problem = switch (failure) {
            case RequestRejected e -> Problem.of(e);
            case EngineUnavailable e -> Problem.unavailable(EngineUnavailable.MESSAGE);
            case HttpRequestMethodNotSupportedException e -> methodNotAllowed(e);
            case HttpMediaTypeNotAcceptableException e ->
                Problem.of(ErrorCode.NOT_ACCEPTABLE, "This path answers with nothing that is accepted");
            case HttpMediaTypeNotSupportedException e ->
                Problem.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json");
            case NoHandlerFoundException e -> Problem.of(ErrorCode.NOT_FOUND, NO_SUCH_PATH);
            case NoResourceFoundException e -> Problem.of(ErrorCode.NOT_FOUND, NO_SUCH_PATH);
            case RequestRejectedException e ->
                Problem.of(ErrorCode.INVALID_REQUEST, "The path holds characters that no path here has");
            case InvalidParameterException e -> Problem.of(ErrorCode.INVALID_REQUEST, "The query cannot be decoded");
            default -> DatabaseOutage.isUnusable(failure) ? databaseAway() : null;
        };
        return Optional.ofNullable(problem);
    }

    private static Problem databaseAway() {
        return Problem.unavailable("The database cannot be reached; nothing was stored");
    }

    private static Problem methodNotAllowed(HttpRequestMethodNotSupportedException e) {
        var problem = Problem.of(ErrorCode.METHOD_NOT_ALLOWED, e.getMethod() + " is not allowed at this path");
        var allowed = e.getSupportedHttpMethods();
        return allowed == null
                ? problem
                : problem.withHeader(
                        "Allow", allowed.stream().map(Object::toString).sorted().collect(Collectors.joining(", ")));
    }

    private static Problem unexpected(Throwable failure) {
        LOG.error("A request failed unexpectedly", failure);
        return Problem.of(ErrorCode.INTERNAL, OUR_SIDE);
    }
}

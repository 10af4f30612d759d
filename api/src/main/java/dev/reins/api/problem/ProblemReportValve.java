package dev.reins.api.problem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Tomcat's last word, for requests so broken that they reach no servlet: a problem instead of an HTML page. */
public final class ProblemReportValve extends ErrorReportValve {
    private static final JsonMapper JSON = new JsonMapper();

    @Override
    protected void report(@Nullable Request request, Response response, @Nullable Throwable failure) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        try {
            Problem problem =
                    ContainerErrors.ofStatus(response.getStatus(), request == null ? null : request.getMethod());
            response.setStatus(problem.status());
            response.setContentType(Problem.MEDIA_TYPE);
            var out = response.getReporter();
            if (out != null) {
                out.write(new String(JSON.writeValueAsBytes(problem.body()), StandardCharsets.UTF_8));
                response.finishResponse();
            }
        } catch (IOException | IllegalStateException gone) {
            return; // nobody is listening any more
        }
    }
}

package dev.reins.api.operations;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives every request an id, the caller's own if it sends one, and has log lines carry it and the run that the request is
 * about. The answer says the id too.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class RequestLog extends OncePerRequestFilter {
    private static final String HEADER = "X-Request-Id";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern RUN = Pattern.compile("/(?:agent-runs|runs)/([A-Za-z0-9._-]{1,128})(?:/|$)");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String id = id(request.getHeader(HEADER));
        response.setHeader(HEADER, id);
        MDC.put("requestId", id);
        Matcher run = RUN.matcher(request.getRequestURI());
        if (run.find()) {
            MDC.put("runId", run.group(1));
        }
        try {
            chain.doFilter(request, response);
        } finally {
            MDC.remove("requestId");
            MDC.remove("runId");
        }
    }

    private static String id(String given) {
        return given != null && ID.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
    }
}

package dev.reins.api.dependency;

import dev.reins.api.problem.Problem;
import dev.reins.api.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Answers 503 until the schema has been made ready once. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class GateFilter extends OncePerRequestFilter {
    private final Schema schema;
    private final ProblemWriter problems;

    GateFilter(Schema schema, ProblemWriter problems) {
        this.schema = schema;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return schema.isReady() || request.getRequestURI().equals("/health");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        problems.write(Problem.unavailable("The database cannot be reached; nothing was stored"), response);
    }
}

package dev.reins.api.security;

import dev.reins.api.problem.ProblemWriter;
import dev.reins.api.problem.Problems;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.dao.DataAccessException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.web.filter.OncePerRequestFilter;

/** Finds the caller by the bearer key. A missing or unknown key goes on as nobody, whom the rules then refuse. */
final class BearerKeyFilter extends OncePerRequestFilter {
    private static final String SCHEME = "Bearer ";

    private final KnownKeys keys;
    private final Problems problems;
    private final ProblemWriter writer;

    BearerKeyFilter(KnownKeys keys, Problems problems, ProblemWriter writer) {
        this.keys = keys;
        this.problems = problems;
        this.writer = writer;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getRequestURI().startsWith("/api");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String header = request.getHeader("Authorization");
        if (header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            try {
                keys.find(header.substring(SCHEME.length()).strip()).ifPresent(BearerKeyFilter::remember);
            } catch (DataAccessException outage) {
                writer.write(problems.of(outage), response);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private static void remember(Caller caller) {
        SecurityContextHolder.setContext(new SecurityContextImpl(new CallerAuthentication(caller)));
    }
}

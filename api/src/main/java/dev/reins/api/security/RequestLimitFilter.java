package dev.reins.api.security;

import dev.reins.api.problem.Problem;
import dev.reins.api.problem.ProblemWriter;
import dev.reins.contracts.ErrorCode;
import io.github.bucket4j.ConsumptionProbe;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Holds a key to its requests per minute, and tells every caller how many are left. */
final class RequestLimitFilter extends OncePerRequestFilter {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final RequestLimit limit;
    private final ProblemWriter problems;

    RequestLimitFilter(RequestLimit limit, ProblemWriter problems) {
        this.limit = limit;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (SecurityContextHolder.getContext().getAuthentication() instanceof CallerAuthentication caller) {
            ConsumptionProbe probe = limit.take(caller.getPrincipal().keyId());
            tell(response, probe);
            if (!probe.isConsumed()) {
                problems.write(exhausted(seconds(probe.getNanosToWaitForRefill())), response);
                return;
            }
        }
        chain.doFilter(request, response);
    }

    private void tell(HttpServletResponse response, ConsumptionProbe probe) {
        response.setHeader("RateLimit-Policy", "\"key\";q=" + limit.perMinute() + ";w=60");
        response.setHeader(
                "RateLimit",
                "\"key\";r=" + probe.getRemainingTokens() + ";t=" + seconds(probe.getNanosToWaitForReset()));
    }

    private static long seconds(long nanos) {
        return Math.max(1, Math.ceilDiv(nanos, NANOS_PER_SECOND));
    }

    private Problem exhausted(long retryAfter) {
        return new Problem(
                ErrorCode.TOO_MANY_REQUESTS,
                "This key may ask " + limit.perMinute() + " times a minute",
                List.of(),
                Map.of("limit", limit.perMinute(), "retryAfter", retryAfter),
                Map.of("Retry-After", Long.toString(retryAfter)));
    }
}

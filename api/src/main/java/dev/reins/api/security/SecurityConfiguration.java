package dev.reins.api.security;

import dev.reins.api.problem.Problem;
import dev.reins.api.problem.ProblemWriter;
import dev.reins.api.problem.Problems;
import dev.reins.contracts.ErrorCode;
import jakarta.servlet.DispatcherType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;

/** Bearer keys, no session, no cookie: everything under /api needs a key, /api/admin an admin's. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
    private static final String CHALLENGE = "Bearer realm=\"reins\"";

    @Bean
    SecurityFilterChain api(
            HttpSecurity http, KnownKeys keys, RequestLimit limit, Problems problems, ProblemWriter writer) {
        return http.csrf(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(rules -> rules.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                        .permitAll()
                        .requestMatchers("/api/admin", "/api/admin/**")
                        .hasRole("ADMIN")
                        .requestMatchers("/api", "/api/**")
                        .authenticated()
                        .anyRequest()
                        .permitAll())
                .exceptionHandling(refusals -> refusals.authenticationEntryPoint(unauthenticated(writer))
                        .accessDeniedHandler(forbidden(writer)))
                .addFilterBefore(new BearerKeyFilter(keys, problems, writer), AnonymousAuthenticationFilter.class)
                .addFilterAfter(new RequestLimitFilter(limit, writer), BearerKeyFilter.class)
                .build();
    }

    /** What each filter of the chain takes is nobody's question, and asking it is a twentieth of what a read takes. */
    @Bean
    SecurityObservationSettings noneOfTheChain() {
        return SecurityObservationSettings.noObservations();
    }

    /** Which methods a path has is the endpoints' to say: 405, with those that it has. */
    @Bean
    HttpFirewall anyMethod() {
        var firewall = new StrictHttpFirewall();
        firewall.setUnsafeAllowAnyHttpMethod(true);
        return firewall;
    }

    @Bean
    RequestRejectedHandler malformedPaths(Problems problems, ProblemWriter writer) {
        return (request, response, rejected) -> writer.write(problems.of(rejected), response);
    }

    private static AuthenticationEntryPoint unauthenticated(ProblemWriter writer) {
        return (request, response, failure) ->
                writer.write(unauthenticated().withHeader("WWW-Authenticate", CHALLENGE), response);
    }

    private static Problem unauthenticated() {
        return Problem.of(ErrorCode.UNAUTHENTICATED, "Send a valid key as Authorization: Bearer <key>");
    }

    private static AccessDeniedHandler forbidden(ProblemWriter writer) {
        return (request, response, failure) ->
                writer.write(Problem.of(ErrorCode.FORBIDDEN, "This needs an admin key"), response);
    }
}

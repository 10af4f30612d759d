package dev.reins.api.web;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.MethodParameter;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;

/** Refuses query parameters that the endpoint does not declare, said twice, or holding what no value here holds. */
final class QueryCheck implements HandlerInterceptor {
    private final Map<HandlerMethod, Set<String>> declared = new ConcurrentHashMap<>();

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod method && request.getQueryString() != null) {
            check(request.getParameterMap(), declared.computeIfAbsent(method, QueryCheck::parametersOf));
        }
        return true;
    }

    private static Set<String> parametersOf(HandlerMethod method) {
        return Arrays.stream(method.getMethodParameters())
                .flatMap(QueryCheck::namesOf)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<String> namesOf(MethodParameter parameter) {
        DeclaresQuery declaration = parameter.getParameterType().getAnnotation(DeclaresQuery.class);
        if (declaration != null) {
            return Arrays.stream(declaration.value());
        }
        return parameter.hasParameterAnnotation(RequestParam.class)
                ? Stream.of(parameter.getParameter().getName())
                : Stream.empty();
    }

    private static void check(Map<String, String[]> given, Set<String> declared) {
        List<FieldError> errors = given.entrySet().stream()
                .flatMap(entry -> fault(entry.getKey(), entry.getValue(), declared))
                .toList();
        if (!errors.isEmpty()) {
            throw new RequestRejected(ErrorCode.INVALID_REQUEST, "The query is not understood", errors);
        }
    }

    private static Stream<FieldError> fault(String name, String[] values, Set<String> declared) {
        if (!declared.contains(name)) {
            return Stream.of(new FieldError(name, "unknown parameter"));
        }
        if (values.length > 1) {
            return Stream.of(new FieldError(name, "given more than once"));
        }
        return values[0].indexOf('\0') < 0 ? Stream.empty() : Stream.of(new FieldError(name, "holds a NUL character"));
    }
}

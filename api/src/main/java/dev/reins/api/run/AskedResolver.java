package dev.reins.api.run;

import dev.reins.api.security.Caller;
import dev.reins.api.security.CallerResolver;
import dev.reins.api.web.Body;
import dev.reins.api.web.BodyReader;
import dev.reins.api.web.Onces;
import dev.reins.api.web.Query;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Hands endpoints what was {@link Asked}. */
@Component
final class AskedResolver implements HandlerMethodArgumentResolver, WebMvcConfigurer {
    private static final int LONGEST_WAIT_SECONDS = 30;

    private final Onces onces;

    AskedResolver(Onces onces) {
        this.onces = onces;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType() == Asked.class;
    }

    @Override
    public Asked resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest webRequest,
            @Nullable WebDataBinderFactory binders)
            throws HttpMediaTypeNotSupportedException {
        var request = (HttpServletRequest) webRequest.getNativeRequest();
        Body body = BodyReader.read(request);
        Caller caller = CallerResolver.current();
        int wait = Query.number(Asked.WAIT, request.getParameter(Asked.WAIT), 0, LONGEST_WAIT_SECONDS, 0);
        return new Asked(caller, body, Duration.ofSeconds(wait), onces.of(request, body, caller.keyId()));
    }
}

package dev.reins.api.openapi;

import dev.reins.api.web.Body;
import dev.reins.api.web.DeclaresQuery;
import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.Wire;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the document. Paths, methods, parameters, media types and types are the code's; summaries, ranges, examples and an
 * operation's own refusals are what people say of them. Each must know all that the other has.
 */
final class DocumentWriter {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");
    private static final String STREAM = MediaType.TEXT_EVENT_STREAM_VALUE;
    private static final Set<String> NOT_OF_THE_CONTRACT = Set.of("/error", "/v3/api-docs");

    private final JsonNode described;
    private final Map<String, Route> routes;
    private final Map<String, ObjectNode> parameters = new TreeMap<>();
    private final Map<String, ObjectNode> responses = new TreeMap<>();
    private final ObjectNode schemas;

    /** What the code has at one path for one method: its handlers differ in what they produce. */
    private record Route(String method, String path, List<HandlerMethod> handlers, Set<String> produces) {
        boolean isKeyed() {
            return path.startsWith("/api/");
        }

        boolean isForAdministrators() {
            return path.startsWith("/api/admin/");
        }

        Stream<MethodParameter> parameters() {
            return handlers.stream().flatMap(handler -> Arrays.stream(handler.getMethodParameters()));
        }

        boolean takes(String type) {
            return parameters()
                    .anyMatch(parameter ->
                            parameter.getParameterType().getSimpleName().equals(type));
        }

        boolean takesBody() {
            return takes(Body.class.getSimpleName()) || takes("Asked");
        }

        boolean isIdempotent() {
            return takes("Asked") || takesBody() && takes(HttpServletRequest.class.getSimpleName());
        }
    }

    DocumentWriter(RequestMappingHandlerMapping mappings, JsonNode described) {
        this.described = described;
        this.routes = routes(mappings);
        this.schemas = new Schemas(described.get("schemas")).all();
    }

    private static Map<String, Route> routes(RequestMappingHandlerMapping mappings) {
        Map<String, Route> routes = new TreeMap<>();
        mappings.getHandlerMethods()
                .forEach((info, handler) -> paths(info)
                        .forEach(path -> info.getMethodsCondition().getMethods().forEach(method -> {
                            Route route = routes.computeIfAbsent(
                                    method + " " + path,
                                    key -> new Route(method.name(), path, new ArrayList<>(), new LinkedHashSet<>()));
                            route.handlers().add(handler);
                            info.getProducesCondition().getProducibleMediaTypes().stream()
                                    .map(MediaType::toString)
                                    .forEach(route.produces()::add);
                        })));
        return routes;
    }

    private static Stream<String> paths(RequestMappingInfo info) {
        return info.getPatternValues().stream().filter(path -> !NOT_OF_THE_CONTRACT.contains(path));
    }

    ObjectNode write() {
        Set<String> said = new TreeSet<>(described.get("operations").propertyNames());
        if (!said.equals(routes.keySet())) {
            throw new AssertionError("Described are " + said + ", but the api has " + routes.keySet());
        }
        ObjectNode document = JSON.objectNode();
        List.of("openapi", "info", "servers", "tags").forEach(name -> document.set(name, described.get(name)));
        document.set("paths", paths());
        document.set("components", components());
        return document;
    }

    private ObjectNode paths() {
        ObjectNode paths = JSON.objectNode();
        described.get("operations").forEachEntry((key, operation) -> {
            Route route = routes.get(key);
            paths.withObjectProperty(route.path())
                    .set(route.method().toLowerCase(Locale.ROOT), operation(route, operation));
        });
        return paths;
    }

    private ObjectNode components() {
        ObjectNode components = JSON.objectNode();
        ObjectNode key = components.putObject("securitySchemes").putObject("key");
        key.put("type", "http").put("scheme", "bearer");
        key.put("description", "An API key. Operations that name the role admin need an admin's.");
        parameters.forEach(components.putObject("parameters")::set);
        components.set("headers", described.get("headers"));
        problem(ErrorCode.METHOD_NOT_ALLOWED.httpStatus(), List.of(ErrorCode.METHOD_NOT_ALLOWED)); // of no operation
        responses.forEach(components.putObject("responses")::set);
        components.set("schemas", schemas);
        return components;
    }

    private ObjectNode operation(Route route, JsonNode said) {
        ObjectNode operation = JSON.objectNode();
        for (String name : List.of("operationId", "tags", "summary", "description")) {
            if (said.has(name)) {
                operation.set(name, said.get(name));
            }
        }
        addSecurity(route, operation);
        addParameters(route, operation);
        if (said.has("body") != route.takesBody()) {
            throw new AssertionError("Whether there is a body is said otherwise of " + operation);
        }
        if (route.takesBody()) {
            operation.set("requestBody", body(route, said));
        }
        operation.set("responses", responses(route, said));
        return operation;
    }

    private static void addSecurity(Route route, ObjectNode operation) {
        ArrayNode security = operation.putArray("security");
        if (route.isKeyed()) {
            ArrayNode roles = security.addObject().putArray("key");
            if (route.isForAdministrators()) {
                roles.add("admin");
            }
        }
    }

    private void addParameters(Route route, ObjectNode operation) {
        ArrayNode list = JSON.arrayNode();
        variables(route.path()).forEach(name -> list.add(parameter("path", name)));
        query(route).forEach(name -> list.add(parameter("query", name)));
        headers(route).forEach(name -> list.add(parameter("header", name)));
        if (!list.isEmpty()) {
            operation.set("parameters", list);
        }
    }

    private ObjectNode parameter(String in, String name) {
        String key = in + "." + name;
        parameters.computeIfAbsent(key, absent -> {
            ObjectNode parameter = JSON.objectNode().put("name", name).put("in", in);
            if (in.equals("path")) {
                parameter.put("required", true);
            }
            return parameter.setAll(required(described.get("parameters"), name).asObject());
        });
        return JSON.objectNode().put("$ref", "#/components/parameters/" + key);
    }

    private static List<String> variables(String path) {
        return VARIABLE.matcher(path).results().map(found -> found.group(1)).toList();
    }

    private static Set<String> query(Route route) {
        return route.parameters()
                .flatMap(parameter -> {
                    DeclaresQuery declared = parameter.getParameterType().getAnnotation(DeclaresQuery.class);
                    if (declared != null) {
                        return Arrays.stream(declared.value());
                    }
                    return parameter.hasParameterAnnotation(RequestParam.class)
                            ? Stream.of(parameter.getParameter().getName())
                            : Stream.empty();
                })
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static List<String> headers(Route route) {
        List<String> headers = new ArrayList<>();
        if (route.isIdempotent()) {
            headers.add("Idempotency-Key");
        }
        if (route.produces().contains(STREAM)) {
            headers.add("Last-Event-ID");
        }
        route.parameters()
                .map(parameter -> parameter.getParameterAnnotation(RequestHeader.class))
                .filter(header -> header != null)
                .forEach(header -> headers.add(header.name()));
        return headers;
    }

    private ObjectNode body(Route route, JsonNode said) {
        ObjectNode body =
                JSON.objectNode().put("required", !said.path("bodyOptional").asBoolean(false));
        ObjectNode content = body.putObject("content");
        String schema = said.get("body").asString();
        content.set("application/json", media(Schemas.reference(schema), example(schema)));
        if (route.method().equals("PATCH")) {
            content.set("application/merge-patch+json", media(Schemas.reference(schema), example(schema)));
        }
        return body;
    }

    private static ObjectNode media(ObjectNode schema, JsonNode example) {
        return JSON.objectNode().<ObjectNode>set("schema", schema).set("example", example);
    }

    private JsonNode example(String schema) {
        return required(required(schemas, schema), "examples").get(0);
    }

    private ObjectNode responses(Route route, JsonNode said) {
        Map<Integer, ObjectNode> byStatus = new TreeMap<>();
        ObjectNode success = success(route, said);
        byStatus.put(said.path("status").asInt(200), success);
        if (said.has("done")) {
            ObjectNode done = JSON.objectNode().set("description", said.get("done"));
            addHeaders(done, List.of());
            byStatus.put(204, done);
        }
        if (said.has("otherwise")) {
            byStatus.put(said.get("otherwise").asInt(), success);
        }
        Map<Integer, List<ErrorCode>> codes = new LinkedHashMap<>();
        codes(route, said)
                .forEach(code -> codes.computeIfAbsent(code.httpStatus(), status -> new ArrayList<>())
                        .add(code));
        codes.forEach((status, of) -> byStatus.put(status, problem(status, of)));
        ObjectNode responses = JSON.objectNode();
        byStatus.forEach((status, response) -> responses.set(status.toString(), response));
        return responses;
    }

    private ObjectNode success(Route route, JsonNode said) {
        ObjectNode response =
                JSON.objectNode().put("description", said.get("summary").asString());
        List<String> names = new ArrayList<>();
        said.path("headers").forEach(header -> names.add(header.asString()));
        if (route.isIdempotent()) {
            names.add("Idempotency-Replayed");
        }
        if (route.isKeyed()) {
            names.addAll(List.of("RateLimit", "RateLimit-Policy"));
        }
        addHeaders(response, names);
        ObjectNode content = response.putObject("content");
        content.set(
                "application/json",
                answer(said.path("form").asString("one"), said.get("answer").asString()));
        if (route.produces().contains(STREAM)) {
            String frame = frame(example(said.get("answer").asString()));
            content.set(STREAM, media(JSON.objectNode().put("type", "string"), JSON.stringNode(frame)));
        }
        return response;
    }

    private static String frame(JsonNode event) {
        String id = event.path("id").asString(event.get("seq").asString());
        return "retry: 2000\n\nid: " + id + "\nevent: " + event.get("type").asString() + "\ndata: " + event + "\n\n";
    }

    /** @param names of those that not every answer has */
    private static void addHeaders(ObjectNode response, List<String> names) {
        ObjectNode headers = response.putObject("headers");
        Stream.concat(names.stream(), Stream.of("X-Request-Id"))
                .forEach(name -> headers.putObject(name).put("$ref", "#/components/headers/" + name));
    }

    private ObjectNode answer(String form, String schema) {
        ObjectNode one = Schemas.reference(schema);
        JsonNode example = example(schema);
        return switch (form) {
            case "bare" -> media(one, example);
            case "one" -> media(success(one), success().set("data", example));
            case "items" -> {
                ObjectNode page = JSON.objectNode();
                page.set("items", JSON.arrayNode().add(example));
                page.put("totalCount", 1).putNull("nextCursor");
                yield media(success(items(one)), success().set("data", page));
            }
            case "rows" ->
                media(
                        withCursor(success(list(one))),
                        success()
                                .<ObjectNode>set("data", JSON.arrayNode().add(example))
                                .putNull("nextCursor"));
            default -> throw new AssertionError("No form " + form);
        };
    }

    private static ObjectNode success() {
        return JSON.objectNode().put("success", true);
    }

    private static ObjectNode success(ObjectNode data) {
        ObjectNode schema = object("success", "data");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("success").put("const", true);
        properties.set("data", data);
        return schema;
    }

    private static ObjectNode items(ObjectNode item) {
        ObjectNode schema = object("items", "totalCount");
        ObjectNode properties = schema.putObject("properties");
        properties.set("items", list(item));
        properties
                .putObject("totalCount")
                .put("type", "integer")
                .put("format", "int64")
                .put("minimum", 0)
                .put("description", "Of the whole list, as of this page.");
        return withCursor(schema);
    }

    private static ObjectNode withCursor(ObjectNode schema) {
        ((ArrayNode) schema.get("required")).add("nextCursor");
        ObjectNode cursor = ((ObjectNode) schema.get("properties")).putObject("nextCursor");
        cursor.putArray("type").add("string").add("null");
        cursor.put("description", "For `cursor`; null on the last page.");
        return schema;
    }

    private static ObjectNode list(ObjectNode item) {
        return JSON.objectNode().put("type", "array").set("items", item);
    }

    private static ObjectNode object(String... required) {
        ObjectNode schema = JSON.objectNode().put("type", "object");
        Arrays.stream(required).forEach(schema.putArray("required")::add);
        return schema;
    }

    private static Set<ErrorCode> codes(Route route, JsonNode said) {
        Set<ErrorCode> codes = EnumSet.of(ErrorCode.INVALID_REQUEST, ErrorCode.NOT_ACCEPTABLE, ErrorCode.INTERNAL);
        if (route.isKeyed()) {
            codes.addAll(Set.of(ErrorCode.UNAUTHENTICATED, ErrorCode.TOO_MANY_REQUESTS, ErrorCode.ENGINE_UNAVAILABLE));
        }
        if (route.isForAdministrators()) {
            codes.add(ErrorCode.FORBIDDEN);
        }
        if (route.path().contains("{")) {
            codes.add(ErrorCode.NOT_FOUND);
        }
        if (route.takesBody()) {
            codes.addAll(Set.of(ErrorCode.TOO_LARGE, ErrorCode.UNSUPPORTED_MEDIA_TYPE));
        }
        if (route.isIdempotent()) {
            codes.addAll(Set.of(ErrorCode.KEY_IN_FLIGHT, ErrorCode.KEY_REUSED));
        }
        said.path("codes").forEach(code -> codes.add(Wire.of(ErrorCode.class, code.asString())));
        return codes;
    }

    private ObjectNode problem(int status, List<ErrorCode> codes) {
        String key = status + codes.stream().map(code -> "." + code.wire()).collect(Collectors.joining());
        responses.computeIfAbsent(key, absent -> newProblem(status, codes));
        return JSON.objectNode().put("$ref", "#/components/responses/" + key);
    }

    private ObjectNode newProblem(int status, List<ErrorCode> codes) {
        ObjectNode response = JSON.objectNode()
                .put(
                        "description",
                        codes.stream().map(code -> "`" + code.wire() + "`").collect(Collectors.joining(", ")));
        addHeaders(response, refusalHeaders(status, codes));
        ObjectNode media = response.putObject("content").putObject("application/problem+json");
        ObjectNode of = JSON.objectNode();
        of.putObject("properties").putObject("status").put("const", status);
        ArrayNode words = ((ObjectNode) of.get("properties")).putObject("code").putArray("enum");
        ObjectNode examples = JSON.objectNode();
        for (ErrorCode code : codes) {
            words.add(code.wire());
            examples.putObject(code.wire()).set("value", example(status, code));
        }
        media.putObject("schema")
                .putArray("allOf")
                .add(Schemas.reference("Problem"))
                .add(of);
        media.set("examples", examples);
        return response;
    }

    private List<String> refusalHeaders(int status, List<ErrorCode> codes) {
        boolean ends = codes.stream().anyMatch(code -> example(status, code).has("retryAfter"));
        return switch (status) {
            case 401 -> List.of("WWW-Authenticate");
            case 405 -> List.of("Allow");
            default -> ends ? List.of("Retry-After") : List.of();
        };
    }

    private ObjectNode example(int status, ErrorCode code) {
        ObjectNode problem = JSON.objectNode().put("type", "about:blank");
        problem.put("title", HttpStatus.valueOf(status).getReasonPhrase()).put("status", status);
        ObjectNode said =
                required(described.get("errors"), code.wire()).deepCopy().asObject();
        problem.set("detail", said.remove("detail"));
        problem.put("success", false).put("code", code.wire());
        return problem.setAll(said);
    }

    private static JsonNode required(JsonNode of, String name) {
        JsonNode value = of.get(name);
        if (value == null) {
            throw new AssertionError("Nothing is said of " + name);
        }
        return value;
    }
}

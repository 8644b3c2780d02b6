package dev.panda.transformer.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.Importable;
import dev.panda.transformer.checkpoint.CheckpointException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Renders a Jinja template as Hugging Face's {@code apply_chat_template} does. Checkpoints, and
 * with them templates, may come from untrusted sources. A template may therefore use only the
 * filters, tests, tags and functions that chat templates need, has no access to Java objects, and
 * runs within {@linkplain TemplateBudget limits}.
 *
 * <p>Remaining differences from Jinja: {@code and} returns true or false, not an operand; truth
 * values and lists are printed as in Java; an undefined value is none. The engine refuses {@code
 * for … else}, slices with steps other than {@code [::-1]}, tuples of one and text repeated by
 * {@code *}.
 */
final class TemplateEngine {
  private static final int LONGEST_TEMPLATE = 1 << 16;
  private static final int LONGEST_TEXT = 1 << 24;
  private static final int LONGEST_LIST = 1 << 14;
  private static final int LONGEST_RANGE = 1000;
  private static final int DEEPEST_RENDER = 64;

  private static final Set<String> FILTERS =
      Set.of(
          "abs",
          "capitalize",
          "count",
          "d",
          "default",
          "first",
          "float",
          "int",
          "items",
          "join",
          "last",
          "length",
          "list",
          "lower",
          "map",
          "reject",
          "rejectattr",
          "replace",
          "reverse",
          "round",
          "safe",
          "select",
          "selectattr",
          "string",
          "sum",
          "title",
          "tojson",
          "trim",
          "unique",
          "upper");
  private static final Set<String> TAGS =
      Set.of(
          "break",
          "continue",
          "do",
          "elif",
          "else",
          "endfor",
          "endif",
          "endmacro",
          "endset",
          "for",
          "generation",
          "endgeneration",
          "if",
          "macro",
          "raw",
          "endraw",
          "set");
  private static final Set<String> FUNCTIONS = Set.of(":namespace", ":range");

  private final Jinjava jinjava;
  private final String template;
  private final String origin;

  /**
   * @param origin prefix of error messages
   * @throws CheckpointException if the template cannot be parsed
   */
  TemplateEngine(String template, String origin) {
    this.origin = origin;
    if (template.length() > LONGEST_TEMPLATE) {
      throw new CheckpointException(
          "%s: %d characters (expected: at most %d)"
              .formatted(origin, template.length(), LONGEST_TEMPLATE));
    }
    jinjava = sandbox();
    try {
      this.template = TemplateDialect.translate(template);
      check();
    } catch (StackOverflowError e) {
      throw failure(0, "too deeply nested", e);
    }
  }

  private static Jinjava sandbox() {
    Context everything = new Jinjava().getGlobalContext();
    Jinjava sandbox =
        new Jinjava(
            JinjavaConfig.newBuilder()
                .withTrimBlocks(true)
                .withLstripBlocks(true)
                .withNestedInterpretationEnabled(false)
                .withMaxOutputSize(LONGEST_TEXT)
                .withMaxStringLength(LONGEST_TEXT)
                .withMaxListSize(LONGEST_LIST)
                .withMaxMapSize(LONGEST_LIST)
                .withRangeLimit(LONGEST_RANGE)
                .withMaxRenderDepth(DEEPEST_RENDER)
                .withElResolver(new TemplateObjects())
                .withProcessors(
                    JinjavaProcessors.newBuilder()
                        .withNodePreProcessor(TemplateBudget::before)
                        .withNodePostProcessor(TemplateBudget::after)
                        .build())
                .withLegacyOverrides(
                    LegacyOverrides.Builder.from(LegacyOverrides.ALL)
                        .withUseSnakeCasePropertyNaming(false)
                        .withWhitespaceRequiredWithinTokens(false)
                        .build())
                .withDisabled(
                    Map.of(
                        Context.Library.FILTER, others(everything.getAllFilters(), FILTERS),
                        Context.Library.TAG, others(everything.getAllTags(), TAGS),
                        Context.Library.FUNCTION, others(everything.getAllFunctions(), FUNCTIONS)))
                .build());
    sandbox.registerFilter(new JsonFilter());
    sandbox.registerFilter(new ItemsFilter());
    sandbox.registerTag(new GenerationTag());
    sandbox.registerTag(new FilteringForTag());
    TemplateFunctions.all().forEach(sandbox::registerFunction);
    return sandbox;
  }

  private static Set<String> others(Collection<? extends Importable> all, Set<String> wanted) {
    Set<String> others = new HashSet<>();
    all.forEach(each -> others.add(each.getName()));
    others.removeAll(wanted);
    return others;
  }

  private void check() {
    JinjavaInterpreter interpreter = jinjava.newInterpreter();
    interpreter.parse(template);
    for (TemplateError error : interpreter.getErrors()) {
      throw failure(error.getLineno(), error.getMessage(), error.getException());
    }
  }

  String render(Map<String, Object> variables) {
    RenderResult result = interpret(variables);
    for (TemplateError error : result.getErrors()) {
      Optional<TemplateRefusal> refusal = refusal(error);
      if (refusal.isPresent()) {
        throw new IllegalArgumentException(
            "messages: refused by the model's chat template: " + refusal.get().getMessage(),
            refusal.get());
      }
    }
    for (TemplateError error : result.getErrors()) {
      throw failure(error.getLineno(), error.getMessage(), error.getException());
    }
    Set<String> unknown = unknownNames(result.getContext());
    if (!unknown.isEmpty()) {
      throw failure(0, "no such filter or test: " + unknown, null);
    }
    return result.getOutput();
  }

  private RenderResult interpret(Map<String, Object> variables) {
    try {
      return jinjava.renderForResult(template, variables);
    } catch (StackOverflowError e) {
      throw failure(0, "too deeply nested", e);
    } catch (RuntimeException e) {
      throw failure(0, e.getMessage(), e);
    }
  }

  private static Optional<TemplateRefusal> refusal(TemplateError error) {
    Throwable cause = error.getException();
    while (cause != null && !(cause instanceof TemplateRefusal)) {
      cause = cause.getCause();
    }
    return Optional.ofNullable((TemplateRefusal) cause);
  }

  /**
   * Names of filters and tests that the template uses but that do not exist; Jinjava ignores them.
   */
  private Set<String> unknownNames(Context context) {
    Set<String> unknown = new TreeSet<>();
    for (String name : context.getResolvedValues()) {
      if (name.startsWith("filter:")
          && jinjava.getGlobalContext().getFilter(name.substring(7)) == null) {
        unknown.add(name.substring(7));
      }
      if (name.startsWith("exptest:")
          && jinjava.getGlobalContext().getExpTest(name.substring(8)) == null) {
        unknown.add(name.substring(8));
      }
    }
    return unknown;
  }

  private CheckpointException failure(int line, String message, Throwable cause) {
    String at = line > 0 ? ": line " + line : "";
    return new CheckpointException(origin + at + ": " + message, cause);
  }
}

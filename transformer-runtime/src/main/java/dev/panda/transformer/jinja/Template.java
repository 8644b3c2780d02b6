package dev.panda.transformer.jinja;

import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A Jinja template as jinja2 renders it in the environment that transformers makes for chat
 * templates. Templates may come from untrusted sources: what they compute is limited. Many threads
 * may render one template.
 */
public final class Template {
  private static final int LONGEST = 1 << 16;

  private final Body body;

  private Template(Body body) {
    this.body = body;
  }

  /**
   * Parses a template.
   *
   * @throws TemplateException if it is not Jinja, or too long or too deeply nested
   */
  public static Template parse(String source) {
    if (source.length() > LONGEST) {
      throw new LimitException(source.length() + " characters of template", LONGEST);
    }
    try {
      return new Template(Parser.parse(source));
    } catch (StackOverflowError e) {
      throw new TemplateException("the template is too deeply nested");
    }
  }

  /**
   * Renders this template.
   *
   * @param variables text, truth values, integers, lists, maps with text as keys, and nulls; a
   *     {@link Text} may come from outside the template, a {@link String} does not
   * @param now what the template takes for the current time
   * @throws TemplateRefusal if the template itself refuses the variables
   * @throws TemplateException if it fails, or exceeds a limit
   */
  public Text render(Map<String, Object> variables, LocalDateTime now) {
    Values values = new Values();
    Map<String, Object> globals = new LinkedHashMap<>();
    variables.forEach((name, value) -> globals.put(name, values.of(value)));
    Run run = new Run(globals, now, values.characters());
    try {
      body.run(Scope.of(run));
      return run.output().build();
    } catch (StackOverflowError e) {
      throw new TemplateException(run.line(), "too deeply nested");
    } catch (LimitException e) {
      throw e.at(run.line());
    } catch (TemplateRefusal e) {
      throw e;
    } catch (RuntimeException e) {
      throw new TemplateException(run.line(), e);
    }
  }
}

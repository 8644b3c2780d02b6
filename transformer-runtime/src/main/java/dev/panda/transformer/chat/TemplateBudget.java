package dev.panda.transformer.chat;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/**
 * Bounds one rendering: the number of template parts that it executes, its CPU time, and the size
 * of its variables.
 */
final class TemplateBudget {
  private static final int MOST_STEPS = 1_000_000;
  private static final int LARGEST_VALUE = 1 << 16;
  private static final Duration LONGEST_TIME = Duration.ofSeconds(2);
  private static final String SPENT = "panda:spent";

  /** Measures CPU time, so that a busy machine does not count against the template. */
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static final class Spent {
    private final long started = THREADS.getCurrentThreadCpuTime();
    private int steps;
  }

  private TemplateBudget() {}

  /** Called before each part of a template. */
  static void before(Node node, JinjavaInterpreter interpreter) {
    interpreter.getContext().setCurrentNode(node);
    Spent spent = spent(interpreter);
    spent.steps++;
    if (spent.steps > MOST_STEPS) {
      throw new TemplateLimitException("steps: over " + MOST_STEPS, node.getLineNumber());
    }
    if (THREADS.getCurrentThreadCpuTime() - spent.started > LONGEST_TIME.toNanos()) {
      throw new TemplateLimitException(
          "CPU time: over %d s".formatted(LONGEST_TIME.toSeconds()), node.getLineNumber());
    }
    interpreter.getContext().getScope().values().forEach(value -> checkSize(value, node));
  }

  /** Called after each part of a template. */
  static void after(Node node, JinjavaInterpreter interpreter) {
    if (node instanceof TagNode tag && tag.getName().equals("set")) {
      String variable = tag.getHelpers().trim().split("[^\\w]", 2)[0];
      checkSize(interpreter.getContext().get(variable), node);
    }
  }

  /**
   * Checks the total size of a value: nested lists can double in size while each list stays short.
   */
  private static void checkSize(Object value, Node node) {
    if (weight(value, 0) > LARGEST_VALUE) {
      throw new TemplateLimitException("elements: over " + LARGEST_VALUE, node.getLineNumber());
    }
  }

  private static Spent spent(JinjavaInterpreter interpreter) {
    Object known = interpreter.getContext().get(SPENT);
    if (known instanceof Spent spent) {
      return spent;
    }
    Spent spent = new Spent();
    interpreter.getContext().put(SPENT, spent);
    return spent;
  }

  private static int weight(Object value, int before) {
    Collection<?> parts =
        value instanceof Map<?, ?> map
            ? map.values()
            : value instanceof Collection<?> list ? list : null;
    int weight = before + 1;
    if (parts == null) {
      return weight;
    }
    for (Object part : parts) {
      if (weight > LARGEST_VALUE) {
        return weight;
      }
      weight = weight(part, weight);
    }
    return weight;
  }
}

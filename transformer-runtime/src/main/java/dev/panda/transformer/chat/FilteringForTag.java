package dev.panda.transformer.chat;

import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.ForTag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.tree.parse.TagToken;
import com.hubspot.jinjava.util.ForLoop;
import com.hubspot.jinjava.util.ObjectIterator;
import com.hubspot.jinjava.util.ObjectTruthValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Implements Jinja's {@code for … in … if …}, which Jinjava would read as a conditional expression.
 */
final class FilteringForTag extends ForTag {
  private static final long serialVersionUID = 1;
  private static final Pattern FILTERED = Pattern.compile("(?s)(.*?)\\sif\\s(?!.*\\selse\\s)(.*)");

  @Override
  public String interpretUnchecked(TagNode tag, JinjavaInterpreter interpreter) {
    refuseElse(tag);
    var loop = getLoopVarsAndExpression((TagToken) tag.getMaster());
    Matcher filtered = FILTERED.matcher(loop.getRight());
    if (!filtered.matches()) {
      return super.interpretUnchecked(tag, interpreter);
    }
    Object all = interpreter.resolveELExpression(filtered.group(1), tag.getLineNumber());
    List<Object> some = new ArrayList<>();
    ForLoop elements = ObjectIterator.getLoop(all);
    while (elements.hasNext()) {
      Object element = elements.next();
      if (holds(filtered.group(2), loop.getLeft(), element, tag, interpreter)) {
        some.add(element);
      }
    }
    return renderForCollection(tag, interpreter, loop.getLeft(), some);
  }

  private static boolean holds(
      String condition,
      List<String> names,
      Object element,
      TagNode tag,
      JinjavaInterpreter interpreter) {
    interpreter.enterScope();
    try {
      for (int i = 0; i < names.size(); i++) {
        interpreter.getContext().put(names.get(i), part(element, i, names.size()));
      }
      return ObjectTruthValue.evaluate(
          interpreter.resolveELExpression(condition, tag.getLineNumber()));
    } finally {
      interpreter.leaveScope();
    }
  }

  private static Object part(Object element, int index, int parts) {
    if (parts == 1) {
      return element;
    }
    if (element instanceof Map.Entry<?, ?> entry) {
      return index == 0 ? entry.getKey() : entry.getValue();
    }
    return element instanceof List<?> list && index < list.size() ? list.get(index) : null;
  }

  private static void refuseElse(TagNode tag) {
    for (Node child : tag.getChildren()) {
      if (child instanceof TagNode inner && inner.getName().equals("else")) {
        throw new InterpretException(
            "else of a for: not available to templates", child.getLineNumber());
      }
    }
  }
}

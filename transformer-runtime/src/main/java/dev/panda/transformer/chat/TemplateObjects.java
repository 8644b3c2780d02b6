package dev.panda.transformer.chat;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.util.ForLoop;
import java.beans.FeatureDescriptor;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELException;
import jinjava.javax.el.ELResolver;

/**
 * Defines which properties templates may read and which methods they may call: the read-only
 * methods of Python's text, lists and mappings. It uses no reflection, so templates cannot reach
 * Java objects.
 */
final class TemplateObjects extends ELResolver {

  @Override
  public Object getValue(ELContext context, Object base, Object property) {
    context.setPropertyResolved(true);
    if (base instanceof Map<?, ?> map) {
      return map.get(property);
    }
    if (base instanceof List<?> list) {
      int index = index(property, list.size());
      return index < 0 ? null : list.get(index);
    }
    if (base instanceof CharSequence text) {
      int index = index(property, text.length());
      return index < 0 ? null : String.valueOf(text.charAt(index));
    }
    return base instanceof ForLoop loop ? loopValue(loop, String.valueOf(property)) : null;
  }

  /**
   * An index into a sequence; a negative property counts from the end. −1 if there is no such
   * index.
   */
  private static int index(Object property, int size) {
    try {
      int index = Integer.parseInt(String.valueOf(property));
      int fromStart = index < 0 ? index + size : index;
      return fromStart < size ? Math.max(fromStart, -1) : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static Object loopValue(ForLoop loop, String property) {
    return switch (property) {
      case "index" -> loop.getIndex();
      case "index0" -> loop.getIndex0();
      case "revindex" -> loop.getRevindex();
      case "revindex0" -> loop.getRevindex0();
      case "first" -> loop.isFirst();
      case "last" -> loop.isLast();
      case "length" -> loop.getLength();
      default -> throw new ELException("loop." + property + " (expected: index, first, last, …)");
    };
  }

  @Override
  public Object invoke(
      ELContext context, Object base, Object method, Class<?>[] types, Object[] arguments) {
    context.setPropertyResolved(true);
    String name = String.valueOf(method);
    if (base instanceof Filter filter && name.equals("filter")) {
      return filter(filter, arguments);
    }
    if (base instanceof ExpTest test && name.startsWith("evaluate")) {
      return test(test, name, arguments);
    }
    if (base instanceof CharSequence text) {
      return PythonText.call(text.toString(), name, arguments);
    }
    if (base instanceof Map<?, ?> map) {
      return call(map, name, arguments);
    }
    throw new ELException("method " + name + ": not available to templates");
  }

  @SuppressWarnings("unchecked") // Jinjava passes named arguments as a map by name
  private static Object filter(Filter filter, Object[] arguments) {
    return filter.filter(
        arguments[0],
        (JinjavaInterpreter) arguments[1],
        (Object[]) arguments[2],
        (Map<String, Object>) arguments[3]);
  }

  private static boolean test(ExpTest test, String name, Object[] arguments) {
    JinjavaInterpreter interpreter = (JinjavaInterpreter) arguments[1];
    Object[] others = Arrays.copyOfRange(arguments, 2, arguments.length);
    return name.equals("evaluate")
        ? test.evaluate(arguments[0], interpreter, others)
        : test.evaluateNegated(arguments[0], interpreter, others);
  }

  private static Object call(Map<?, ?> map, String name, Object[] arguments) {
    return switch (name) {
      case "get" -> {
        Object value = map.get(arguments[0]);
        yield value == null && arguments.length > 1 ? arguments[1] : value;
      }
      case "items" -> ItemsFilter.items(map);
      case "keys" -> List.copyOf(map.keySet());
      case "values" -> Arrays.asList(map.values().toArray());
      default -> throw new ELException("method " + name + ": not available to templates");
    };
  }

  @Override
  public Class<?> getType(ELContext context, Object base, Object property) {
    return Object.class;
  }

  @Override
  public void setValue(ELContext context, Object base, Object property, Object value) {
    throw new ELException(property + ": read-only for templates");
  }

  @Override
  public boolean isReadOnly(ELContext context, Object base, Object property) {
    return true;
  }

  @Override
  public Class<?> getCommonPropertyType(ELContext context, Object base) {
    return Object.class;
  }

  @Override
  public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
    return Collections.emptyIterator();
  }
}

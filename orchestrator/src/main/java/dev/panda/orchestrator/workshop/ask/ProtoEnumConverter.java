package dev.panda.orchestrator.workshop.ask;

import com.google.protobuf.ProtocolMessageEnum;
import dev.panda.api.generation.v1.BaseScore;
import dev.panda.api.generation.v1.LambdaMode;
import dev.panda.api.generation.v1.Method;
import dev.panda.api.generation.v1.RewardUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads an enum value of the contract as people write it: {@code args-greedy} for {@code
 * METHOD_ARGS_GREEDY}.
 */
public abstract class ProtoEnumConverter<E extends Enum<E> & ProtocolMessageEnum>
    implements ITypeConverter<E>, Iterable<String> {
  private final Map<String, E> values = new LinkedHashMap<>();

  private ProtoEnumConverter(String prefix, E[] constants) {
    for (E constant : constants) {
      String name = constant.name();
      if (!name.equals("UNRECOGNIZED") && !name.endsWith("_UNSPECIFIED")) {
        values.put(
            name.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '-'), constant);
      }
    }
  }

  @Override
  public E convert(String text) {
    E value = values.get(text.toLowerCase(Locale.ROOT));
    if (value == null) {
      throw new TypeConversionException(
          text + " (expected: " + String.join(", ", values.keySet()) + ")");
    }
    return value;
  }

  /** Lists the names, for help and completion. */
  @Override
  public Iterator<String> iterator() {
    List<String> names = new ArrayList<>(values.keySet());
    return names.iterator();
  }

  /** Reads a method. */
  public static final class OfMethod extends ProtoEnumConverter<Method> {
    OfMethod() {
      super("METHOD_", Method.values());
    }
  }

  static final class OfLambdaMode extends ProtoEnumConverter<LambdaMode> {
    OfLambdaMode() {
      super("LAMBDA_MODE_", LambdaMode.values());
    }
  }

  static final class OfBaseScore extends ProtoEnumConverter<BaseScore> {
    OfBaseScore() {
      super("BASE_SCORE_", BaseScore.values());
    }
  }

  static final class OfRewardUnit extends ProtoEnumConverter<RewardUnit> {
    OfRewardUnit() {
      super("REWARD_UNIT_", RewardUnit.values());
    }
  }
}

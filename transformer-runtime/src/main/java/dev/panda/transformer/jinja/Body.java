package dev.panda.transformer.jinja;

import java.util.List;

/** Statements in order. */
record Body(List<Statement> statements) {
  /** How a body ended: at its end, or at a statement that ends a loop's turn or the loop. */
  enum End {
    REACHED,
    CONTINUE,
    BREAK
  }

  End run(Scope scope) {
    for (Statement statement : statements) {
      scope.run().step();
      scope.run().at(statement.line());
      End end = statement.execute(scope);
      if (end != End.REACHED) {
        return end;
      }
    }
    return End.REACHED;
  }
}

/** Reads the text files that people write: UTF-8 with or without a byte order mark, JSON Lines. */
package dev.panda.transformer.text;

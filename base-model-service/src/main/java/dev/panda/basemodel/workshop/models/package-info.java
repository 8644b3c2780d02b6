/** What can be told of a model without loading it. */
package dev.panda.basemodel.workshop.models;

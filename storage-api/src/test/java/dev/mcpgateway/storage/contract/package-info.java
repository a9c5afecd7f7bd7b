/**
 * What every store must do. A storage module extends each {@code ...Contract}, says in
 * {@link dev.mcpgateway.storage.contract.StoreContract#open} how its store is opened, and adds tests of its own only
 * for what is particular to it.
 */
@NullMarked
package dev.mcpgateway.storage.contract;

import org.jspecify.annotations.NullMarked;

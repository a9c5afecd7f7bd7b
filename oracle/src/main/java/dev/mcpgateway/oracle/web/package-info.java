/**
 * The pages that people see. Each is a record with a template beside it of the same name, compiled into Java by the
 * build; whatever comes from outside is escaped there. A {@link dev.mcpgateway.oracle.web.Page} knows how to answer a
 * request, in the language of the reader: what it says is a {@link dev.mcpgateway.oracle.web.Message} of the bundles
 * {@code texts_*.properties}. All of them share {@link dev.mcpgateway.oracle.web.Assets}. Nothing here knows OAuth.
 */
@JStacheConfig(pathing = @JStachePath(prefix = "dev/mcpgateway/oracle/web/", suffix = ".mustache"))
package dev.mcpgateway.oracle.web;

import io.jstach.jstache.JStacheConfig;
import io.jstach.jstache.JStachePath;

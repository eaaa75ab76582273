import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.SearchControls;
import javax.naming.directory.SearchResult;
import javax.naming.ldap.Control;
import javax.naming.ldap.InitialLdapContext;
import javax.naming.ldap.LdapContext;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.PagedResultsControl;
import javax.naming.ldap.PagedResultsResponseControl;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** JNDI as Keycloak sets it up: time limits, the pool, referrals ignored, nothing but what was asked for. */
class JndiSession {
    static final Properties settings = new Properties();

    static void begin(Properties order) throws Exception {
        settings.putAll(order);
        trust(order.getProperty("caFile"));
        System.setProperty("com.sun.jndi.ldap.connect.pool.protocol", "plain ssl");
        System.setProperty("com.sun.jndi.ldap.connect.pool.authentication", "none simple");
        System.setProperty("com.sun.jndi.ldap.connect.pool.prefsize", "5");
        System.setProperty("com.sun.jndi.ldap.connect.pool.maxsize", "1000");
        System.setProperty("com.sun.jndi.ldap.connect.pool.timeout", "300000");
    }

    static void trust(String caFile) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (FileInputStream in = new FileInputStream(caFile)) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        SSLContext.setDefault(context);
    }

    static Hashtable<String, Object> environment(String url, String dn, String password, boolean pooled) {
        Hashtable<String, Object> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
        environment.put(Context.PROVIDER_URL, url);
        environment.put(Context.REFERRAL, "ignore");
        environment.put("com.sun.jndi.ldap.connect.timeout", "5000");
        environment.put("com.sun.jndi.ldap.read.timeout", "10000");
        environment.put("com.sun.jndi.ldap.connect.pool", String.valueOf(pooled));
        if (dn == null) return environment;
        environment.put(Context.SECURITY_AUTHENTICATION, "simple");
        environment.put(Context.SECURITY_PRINCIPAL, dn);
        environment.put(Context.SECURITY_CREDENTIALS, password.toCharArray());
        return environment;
    }

    static LdapContext bound() throws NamingException {
        String url = settings.getProperty("url");
        return new InitialLdapContext(environment(url, settings.getProperty("dn"), settings.getProperty("password"), true), null);
    }

    /** Bytes outside ASCII, and those that mean something in a filter, arrive as backslash and two digits. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = each >= 0x20 && each < 0x7f && "\\*()".indexOf(each) < 0;
            escaped.append(plain ? String.valueOf((char) each) : String.format("\\%02x", each & 0xff));
        }
        return escaped.toString();
    }

    static List<Map<String, Object>> collect(NamingEnumeration<SearchResult> results) throws NamingException {
        List<Map<String, Object>> rows = new ArrayList<>();
        while (results.hasMore()) {
            SearchResult result = results.next();
            Map<String, Object> row = new TreeMap<>();
            NamingEnumeration<? extends Attribute> attributes = result.getAttributes().getAll();
            while (attributes.hasMore()) {
                Attribute attribute = attributes.next();
                List<Object> values = new ArrayList<>();
                for (int index = 0; index < attribute.size(); index++) values.add(String.valueOf(attribute.get(index)));
                row.put(attribute.getID(), values);
            }
            row.put("dn", result.getNameInNamespace());
            rows.add(row);
        }
        results.close();
        return rows;
    }

    static SearchControls controls(int scope, String... attributes) {
        SearchControls controls = new SearchControls();
        controls.setSearchScope(scope);
        controls.setReturningObjFlag(false);
        controls.setReturningAttributes(attributes);
        return controls;
    }

    static List<Map<String, Object>> search(String base, int scope, String filter, String... attributes) throws Exception {
        LdapContext context = bound();
        try {
            SearchControls controls = controls(scope, attributes);
            return collect(context.search(new LdapName(base), filter, controls));
        } finally {
            context.close();
        }
    }

    static Map<String, Object> paged(String base, String filter, int size, String... attributes) throws Exception {
        LdapContext context = bound();
        List<Map<String, Object>> rows = new ArrayList<>();
        int pages = 0;
        byte[] cookie = null;
        try {
            do {
                context.setRequestControls(new Control[] {new PagedResultsControl(size, cookie, Control.CRITICAL)});
                rows.addAll(collect(context.search(new LdapName(base), filter, controls(SearchControls.ONELEVEL_SCOPE, attributes))));
                pages++;
                PagedResultsResponseControl answer = null;
                for (Control each : context.getResponseControls()) {
                    if (each instanceof PagedResultsResponseControl found) answer = found;
                }
                if (answer == null) throw new IllegalStateException("a page without the control counts as the last one");
                cookie = answer.getCookie();
            } while (cookie != null && cookie.length > 0);
        } finally {
            context.close();
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("pages", pages);
        answer.put("rows", rows);
        return answer;
    }

    static String bind(String dn, String password, Control... controls) {
        Hashtable<String, Object> environment = environment(settings.getProperty("url"), dn, password, false);
        try {
            new InitialLdapContext(environment, controls.length == 0 ? null : controls).close();
            return "accepted";
        } catch (NamingException error) {
            return codeOf(error);
        }
    }

    static String codeOf(NamingException error) {
        Matcher code = Pattern.compile("LDAP: error code (\\d+)").matcher(String.valueOf(error.getMessage()));
        return code.find() ? code.group(1) : error.getClass().getSimpleName() + ": " + error.getMessage();
    }
}

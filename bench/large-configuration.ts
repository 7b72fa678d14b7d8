/*
 * An applicationHost.config as a host of many customers has it, with everything that makes such files hard to edit: a byte
 * order mark, CRLF, quotes of both kinds, comments, entities, names in other scripts. The same bytes for the same number.
 */

const declarations = `  <configSections>
    <sectionGroup name="system.applicationHost">
      <section name="applicationPools" allowDefinition="AppHostOnly" overrideModeDefault="Deny" />
      <section name="sites" allowDefinition="AppHostOnly" overrideModeDefault="Deny" />
    </sectionGroup>
    <sectionGroup name="system.webServer">
      <section name="globalModules" allowDefinition="AppHostOnly" overrideModeDefault="Deny" />
      <section name="handlers" overrideModeDefault="Deny" />
      <section name="httpErrors" overrideModeDefault="Allow" />
      <sectionGroup name="security">
        <section name="requestFiltering" overrideModeDefault="Allow" />
      </sectionGroup>
      <sectionGroup name="rewrite">
        <section name="globalRules" overrideModeDefault="Deny" allowDefinition="AppHostOnly" />
        <section name="rules" overrideModeDefault="Allow" />
        <section name="outboundRules" overrideModeDefault="Allow" />
        <section name="rewriteMaps" overrideModeDefault="Allow" />
        <section name="allowedServerVariables" overrideModeDefault="Deny" />
      </sectionGroup>
    </sectionGroup>
  </configSections>
`;

const pool = (index: number): string => `      <add name="Pool ${index}" autoStart='true' managedRuntimeVersion="v4.0">
        <processModel identityType="SpecificUser" userName="host&amp;co\\u${index}" idleTimeout="00:00:00" />
        <recycling logEventOnRecycle="Time, Requests, Schedule, Memory, IsapiUnhealthy, OnDemand, ConfigChange, PrivateMemory">
          <periodicRestart time="1.05:00:00">
            <schedule>
              <add value="03:${String(index % 60).padStart(2, '0')}:00" />
            </schedule>
          </periodicRestart>
        </recycling>
        <failure rapidFailProtection="false" />
      </add>
`;

const site = (index: number): string => `      <site name="Site ${index}" id="${index}" serverAutoStart='true'>
        <!-- Kunde ${index}: Zürich, 東京 -->
        <application path="/" applicationPool="Pool ${index}">
          <virtualDirectory path="/" physicalPath="%SystemDrive%\\inetpub\\sites\\${index}" />
        </application>
        <application path="/owa" applicationPool="Pool ${index}">
          <virtualDirectory path="/" physicalPath='D:\\hosting\\Kunden "${String.fromCharCode(65 + (index % 26))}"\\${index}\\owa' />
        </application>
        <bindings>
          <binding protocol="http" bindingInformation="*:80:www${index}.example.com" />
          <binding protocol="https" bindingInformation="*:443:www${index}.example.com" sslFlags="1" />
        </bindings>
        <logFile directory="%SystemDrive%\\inetpub\\logs\\${index}" period="Daily" />
      </site>
`;

const location = (index: number): string => `  <location path="Site ${index}/owa">
    <system.webServer>
      <handlers accessPolicy='Read, Script' />
      <httpErrors errorMode="DetailedLocalOnly" existingResponse="PassThrough">
        <remove statusCode="404" subStatusCode="-1" />
        <error statusCode="404" path="/errors/404.aspx?from=${index}&amp;lang=de" responseMode="ExecuteURL" />
      </httpErrors>
      <security>
        <requestFiltering allowDoubleEscaping="false">
          <requestLimits maxAllowedContentLength="${30_000_000 + index}" maxQueryString="4096" />
        </requestFiltering>
      </security>
    </system.webServer>
  </location>
`;

const times = (count: number, part: (index: number) => string): string =>
  Array.from({length: count}, (_, index) => part(index + 1)).join('');

/** `Site 1` to `Site N`, each with an application /owa, a pool and a location; 10,000 of them are about 20 MB. */
export const largeConfiguration = (sites: number): string =>
  [
    '\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<!-- 🏢 shared hosting -->\n<configuration>\n',
    declarations,
    '  <system.applicationHost>\n    <applicationPools>\n',
    times(sites, pool),
    '    </applicationPools>\n    <sites>\n',
    times(sites, site),
    '    </sites>\n  </system.applicationHost>\n  <system.webServer>\n    <globalModules>\n',
    '      <add name="RewriteModule" image="%SystemRoot%\\system32\\inetsrv\\rewrite.dll" />\n',
    '    </globalModules>\n  </system.webServer>\n',
    times(sites, location),
    '</configuration>\n',
  ]
    .join('')
    .replaceAll('\n', '\r\n');

#requires -Version 5.1
#requires -RunAsAdministrator
<#
.SYNOPSIS
Asks appcmd.exe and sc.exe of this machine what no documentation tells, and writes their answers into one JSON file.

.DESCRIPTION
For a Windows Server with IIS and URL Rewrite that may be spoiled: a test machine, not a production server. It makes a site
and a pool called stopgap-probe, runs the commands of the table below, and takes both away again. applicationHost.config is
compared before and after; a backup of the configuration, also called stopgap-probe, stays until the end.

    powershell -ExecutionPolicy Bypass -File probe.ps1 -Out stopgap-probe.json
    stopgap doctor --learn stopgap-probe.json

.PARAMETER Out
The file to write.
#>
[CmdletBinding()]
param([string] $Out = (Join-Path (Get-Location) 'stopgap-probe.json'))

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

$system = Join-Path $env:windir 'System32'
$tools = @{ 'appcmd' = Join-Path $system 'inetsrv\appcmd.exe'; 'sc' = Join-Path $system 'sc.exe' }
$hostConfig = Join-Path $system 'inetsrv\config\applicationHost.config'
$folder = Join-Path $env:SystemDrive 'stopgap-probe'
$webConfig = Join-Path $folder 'web.config'
$copy = Join-Path $folder 'applicationHost.copy.config'

# What untouched bytes look like afterwards: single quotes, a tag without a blank, a comment, odd indentation, padding.
$untouched = @'
<?xml version="1.0" encoding="utf-8"?>
<configuration>
   <!-- stays -->
  <system.webServer>
      <directoryBrowse  enabled='false'/>
  </system.webServer>
</configuration>

'@

# One command a line: its name, the program, the arguments as they stand on its command line. A name begins with the number
# of its question. %COPY% is a copy of applicationHost.config.
$commands = @'
1.stop            | appcmd | stop apppool /apppool.name:stopgap-probe
1.stop-again      | appcmd | stop apppool /apppool.name:stopgap-probe
1.recycle-stopped | appcmd | recycle apppool /apppool.name:stopgap-probe
1.start           | appcmd | start apppool /apppool.name:stopgap-probe
1.start-again     | appcmd | start apppool /apppool.name:stopgap-probe
7.add             | appcmd | set config "stopgap-probe" /section:system.webServer/rewrite/rules "/+[name='probe 7',stopProcessing='true']"
7.remove          | appcmd | set config "stopgap-probe" /section:system.webServer/rewrite/rules "/-[name='probe 7']"
3.together        | appcmd | set config "stopgap-probe" /section:system.webServer/rewrite/rules "/+[name='probe 3',stopProcessing='true']" "/[name='probe 3'].match.url:^probe3$" "/[name='probe 3'].action.type:AbortRequest"
2.start           | appcmd | set config "stopgap-probe" /section:system.webServer/rewrite/rules "/+[@start,name='probe 2',stopProcessing='true']"
4.comma           | appcmd | set config "stopgap-probe" /section:system.webServer/rewrite/rules "/+[name='probe 4, with a comma',stopProcessing='true']"
4.bracket         | appcmd | set config "stopgap-probe" /section:system.webServer/rewrite/rules "/+[name='probe 4 [a]',stopProcessing='true']"
4.quote           | appcmd | set config "stopgap-probe" /section:system.webServer/rewrite/rules "/+[name='probe 4 \"q\"',stopProcessing='true']"
4.apostrophe      | appcmd | set config "stopgap-probe" /section:system.webServer/rewrite/rules "/+[name='probe 4 o''clock',stopProcessing='true']"
4.apostrophe-bare | appcmd | set config "stopgap-probe" /section:system.webServer/rewrite/rules "/+[name='probe 4 o'clock',stopProcessing='true']"
4.percent         | appcmd | set config "stopgap-probe" /section:system.webServer/rewrite/rules "/+[name='probe 4 %u0041',stopProcessing='true']"
5.clear           | appcmd | clear config "stopgap-probe" /section:system.webServer/rewrite/rules
5.lock            | appcmd | lock config "stopgap-probe" /section:system.webServer/rewrite/rules /commit:apphost
6.locked          | appcmd | set config "stopgap-probe" /section:system.webServer/rewrite/rules "/+[name='probe 6',stopProcessing='true']"
5.unlock          | appcmd | clear config "stopgap-probe" /section:system.webServer/rewrite/rules /delete /commit:apphost
8.missing         | appcmd | list site "stopgap-probe-missing"
8.missing-pool    | appcmd | list apppool "stopgap-probe-missing" /xml
9.backup          | appcmd | add backup "stopgap-probe"
9.backup-again    | appcmd | add backup "stopgap-probe"
9.delete          | appcmd | delete backup "stopgap-probe"
10.copy           | appcmd | set apppool "stopgap-probe" /autoStart:false /apphostconfig:%COPY%
10.real           | appcmd | list apppool "stopgap-probe" /config
11.usage          | sc     | config
11.query          | sc     | query W3SVC
11.config         | sc     | qc W3SVC
11.missing        | sc     | query stopgap-probe-missing
'@

function ConvertTo-Base64([byte[]] $Bytes) { [Convert]::ToBase64String($Bytes) }

function Read-Base64([string] $Path) {
    if (Test-Path -LiteralPath $Path) { ConvertTo-Base64 ([IO.File]::ReadAllBytes($Path)) } else { $null }
}

# Bytes, because the tools write in the code page of the console, which is part of the answer.
function Invoke-Tool([string] $Tool, [string] $Arguments) {
    $start = New-Object System.Diagnostics.ProcessStartInfo
    $start.FileName = $tools[$Tool]
    $start.Arguments = $Arguments
    $start.UseShellExecute = $false
    $start.RedirectStandardOutput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $output = New-Object System.IO.MemoryStream
    $process.StandardOutput.BaseStream.CopyTo($output)
    $process.WaitForExit()
    # 32 bits without a sign, as every table of Windows errors has them.
    @{ exitCode = [BitConverter]::ToUInt32([BitConverter]::GetBytes($process.ExitCode), 0); output = ConvertTo-Base64 $output.ToArray() }
}

function Get-FileVersion([string] $Path) {
    if (-not (Test-Path -LiteralPath $Path)) { return $null }
    $version = [System.Diagnostics.FileVersionInfo]::GetVersionInfo($Path)
    '{0}.{1}.{2}.{3}' -f $version.FileMajorPart, $version.FileMinorPart, $version.FileBuildPart, $version.FilePrivatePart
}

$before = Read-Base64 $hostConfig
$steps = New-Object System.Collections.ArrayList
try {
    [void] (New-Item -ItemType Directory -Force -Path $folder)
    [IO.File]::WriteAllText($webConfig, ($untouched -replace "`r?`n", "`r`n"), (New-Object System.Text.UTF8Encoding $false))
    [void] (Invoke-Tool 'appcmd' 'add apppool /name:stopgap-probe')
    [void] (Invoke-Tool 'appcmd' "add site /name:stopgap-probe /bindings:http/127.0.0.1:18099: /physicalPath:$folder")
    [void] (Invoke-Tool 'appcmd' 'set app "stopgap-probe/" /applicationPool:stopgap-probe')
    Copy-Item -LiteralPath $hostConfig -Destination $copy -Force
    $uncopied = Read-Base64 $copy
    foreach ($line in $commands -split "`r?`n") {
        $name, $tool, $arguments = $line -split '\s*\|\s*', 3
        $arguments = $arguments.Replace('%COPY%', $copy)
        Write-Host "$name  $tool $arguments"
        $answer = Invoke-Tool $tool $arguments
        [void] $steps.Add([ordered]@{
                name      = $name
                tool      = "$tool.exe"
                arguments = $arguments
                exitCode  = $answer.exitCode
                output    = $answer.output
                webConfig = Read-Base64 $webConfig
            })
    }
    $copied = Read-Base64 $copy
} finally {
    [void] (Invoke-Tool 'appcmd' 'delete site "stopgap-probe"')
    [void] (Invoke-Tool 'appcmd' 'delete apppool "stopgap-probe"')
    [void] (Invoke-Tool 'appcmd' 'delete backup "stopgap-probe"')
    Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction SilentlyContinue
}

$answers = [ordered]@{
    formatVersion = 1
    at            = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
    windows       = [Environment]::OSVersion.Version.ToString()
    appcmd        = Get-FileVersion $tools['appcmd']
    urlRewrite    = Get-FileVersion (Join-Path $system 'inetsrv\rewrite.dll')
    culture       = [Globalization.CultureInfo]::InstalledUICulture.Name
    oemCodePage   = [Globalization.CultureInfo]::CurrentCulture.TextInfo.OEMCodePage
    # True: applicationHost.config is as it was, byte for byte.
    restored      = ($before -eq (Read-Base64 $hostConfig))
    # True: question 10 changed the copy that it named.
    copyChanged   = ($copied -ne $uncopied)
    steps         = $steps
}
[IO.File]::WriteAllText($Out, (ConvertTo-Json $answers -Depth 5), (New-Object System.Text.UTF8Encoding $false))
Write-Host "Written to $Out"
if (-not $answers.restored) { Write-Warning "$hostConfig is not as it was: compare it with the history folder." }

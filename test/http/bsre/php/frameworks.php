<?php
// The rule for Laravel and the controller for CodeIgniter on files given, with nothing of the frameworks but the names they use.

namespace Illuminate\Contracts\Validation {
    interface ValidationRule
    {
    }
}

namespace App\Controllers {
    class BaseController
    {
        public $request;
    }
}

namespace {
    require $argv[1] . '/verification.php';
    require $argv[1] . '/SignedPdf.php';
    require $argv[1] . '/Periksa.php';

    function config(string $key): ?string
    {
        return env(str_replace('services.', '', $key));
    }

    function env(string $key): ?string
    {
        $names = ['esign.url' => 'ESIGN_URL', 'esign.user' => 'ESIGN_USER', 'esign.password' => 'ESIGN_PASS'];
        return getenv($names[$key]) ?: null;
    }

    class Upload
    {
        private string $path;

        function __construct(string $path)
        {
            $this->path = $path;
        }

        function getRealPath(): string
        {
            return $this->path;
        }

        function getTempName(): string
        {
            return $this->path;
        }

        function isValid(): bool
        {
            return is_file($this->path);
        }

        function getFile(string $name): ?Upload
        {
            return $name === 'surat' ? $this : null;
        }
    }

    foreach (array_slice($argv, 2) as $path) {
        $failures = [];
        (new App\Rules\SignedPdf())->validate('surat', new Upload($path), function (string $text) use (&$failures): void {
            $failures[] = $text;
        });
        $controller = new App\Controllers\Periksa();
        $controller->request = new Upload($path);
        echo json_encode(['failures' => $failures, 'html' => $controller->index()]), "\n";
    }
}

<?php
// Laravel (10 and newer): app/Rules/SignedPdf.php, with verification.php under "autoload": {"files": [...]} of composer.json.
//
//     $request->validate(['surat' => ['required', 'file', 'mimes:pdf', new SignedPdf()]]);

namespace App\Rules;

use Closure;
use Illuminate\Contracts\Validation\ValidationRule;

class SignedPdf implements ValidationRule
{
    /** @param \Illuminate\Http\UploadedFile $value */
    public function validate(string $attribute, mixed $value, Closure $fail): void
    {
        $verification = \verify_pdf(
            (string) config('services.esign.url'),
            config('services.esign.user') . ':' . config('services.esign.password'),
            $value->getRealPath(),
        );
        if ($verification['result'] !== VERIFICATION_ACCEPTED) {
            $fail($verification['sentence']);
        }
    }
}
